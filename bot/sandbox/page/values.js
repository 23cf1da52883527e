/** The value objects of Block Kit's stateful elements, as view state and actions carry them. */

const EMPTY = {
  plain_text_input: { value: null },
  email_text_input: { value: null },
  url_text_input: { value: null },
  number_input: { value: null },
  datepicker: { selected_date: null },
  timepicker: { selected_time: null },
  datetimepicker: { selected_date_time: null },
  static_select: { selected_option: null },
  external_select: { selected_option: null },
  radio_buttons: { selected_option: null },
  multi_static_select: { selected_options: [] },
  multi_external_select: { selected_options: [] },
  checkboxes: { selected_options: [] },
  users_select: { selected_user: null },
  multi_users_select: { selected_users: [] },
  conversations_select: { selected_conversation: null },
  multi_conversations_select: { selected_conversations: [] },
  channels_select: { selected_channel: null },
  multi_channels_select: { selected_channels: [] },
  file_input: { files: [] },
};

const INITIAL = {
  value: "initial_value",
  selected_date: "initial_date",
  selected_time: "initial_time",
  selected_date_time: "initial_date_time",
  selected_option: "initial_option",
  selected_options: "initial_options",
  selected_user: "initial_user",
  selected_users: "initial_users",
  selected_conversation: "initial_conversation",
  selected_conversations: "initial_conversations",
  selected_channel: "initial_channel",
  selected_channels: "initial_channels",
};

/** Whether an element of this type keeps a value (buttons and overflow menus do not). */
export const isStateful = (element) => element.type in EMPTY;

/** The one field of an element's value object: "selected_option", "value", … */
export const valueField = (element) => Object.keys(EMPTY[element.type])[0];

/** What an untouched element holds: its initial value, or its empty one. */
export function initialValue(element) {
  const field = valueField(element);
  return { type: element.type, [field]: element[INITIAL[field]] ?? EMPTY[element.type][field] };
}

/** A value object of this element holding `content`. */
export const valueOf = (element, content) => ({ type: element.type, [valueField(element)]: content });

/** Every stateful element of these blocks with the block it stands in. */
export function statefulElements(blocks) {
  return blocks.flatMap((block) =>
    [block.element, block.accessory, ...(block.type === "actions" ? block.elements : [])]
      .filter((element) => element && isStateful(element))
      .map((element) => ({ block, element })));
}
