/** The emoji that messages name by a shortcode. One that is not in the table stays as it was written. */

const TABLE = {
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌", heavy_multiplication_x: "✖️", negative_squared_cross_mark: "❎",
  warning: "⚠️", no_entry: "⛔", no_entry_sign: "🚫", octagonal_sign: "🛑", rotating_light: "🚨", exclamation: "❗", question: "❓",
  bangbang: "‼️", information_source: "ℹ️", bell: "🔔", no_bell: "🔕", mega: "📣", loudspeaker: "📢", bulb: "💡",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", alarm_clock: "⏰", clock9: "🕘", stopwatch: "⏱️", timer_clock: "⏲️", calendar: "📅", date: "📅", spiral_calendar_pad: "🗓️",
  package: "📦", inbox_tray: "📥", outbox_tray: "📤", toolbox: "🧰", hammer: "🔨", wrench: "🔧", hammer_and_wrench: "🛠️", nut_and_bolt: "🔩", screwdriver: "🪛", gear: "⚙️",
  camera: "📷", computer: "💻", iphone: "📱", battery: "🔋", electric_plug: "🔌", printer: "🖨️", key: "🔑", lock: "🔒", unlock: "🔓", label: "🏷️", bookmark: "🔖", barcode: "🏷️",
  truck: "🚚", minibus: "🚐", car: "🚗", construction: "🚧", building_construction: "🏗️", factory: "🏭", office: "🏢", house: "🏠", round_pushpin: "📍", pushpin: "📌", world_map: "🗺️",
  clipboard: "📋", memo: "📝", pencil: "✏️", pencil2: "✏️", page_facing_up: "📄", file_folder: "📁", open_file_folder: "📂", card_index_dividers: "🗂️", bar_chart: "📊", chart_with_upwards_trend: "📈", chart_with_downwards_trend: "📉",
  mag: "🔍", mag_right: "🔎", link: "🔗", paperclip: "📎", email: "✉️", envelope: "✉️", phone: "☎️", moneybag: "💰", money_with_wings: "💸", credit_card: "💳", receipt: "🧾", shopping_trolley: "🛒",
  arrow_right: "➡️", arrow_left: "⬅️", arrow_up: "⬆️", arrow_down: "⬇️", arrow_upper_right: "↗️", arrow_lower_right: "↘️", leftwards_arrow_with_hook: "↩️", arrow_right_hook: "↪️",
  arrows_counterclockwise: "🔄", arrows_clockwise: "🔃", recycle: "♻️", repeat: "🔁", rewind: "⏪", fast_forward: "⏩", back: "🔙",
  heavy_plus_sign: "➕", heavy_minus_sign: "➖", hash: "#️⃣", new: "🆕", ok: "🆗", sos: "🆘", lost: "🕳️",
  red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡", large_green_circle: "🟢", large_blue_circle: "🔵", large_purple_circle: "🟣", white_circle: "⚪", black_circle: "⚫",
  large_red_square: "🟥", large_green_square: "🟩", large_yellow_square: "🟨", large_orange_square: "🟧", small_orange_diamond: "🔸", small_blue_diamond: "🔹",
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", ok_hand: "👌", wave: "👋", raised_hands: "🙌", raised_hand: "✋", hand: "✋", clap: "👏", pray: "🙏", muscle: "💪", point_right: "👉", eyes: "👀",
  bust_in_silhouette: "👤", busts_in_silhouette: "👥", construction_worker: "👷", robot_face: "🤖", tada: "🎉", sparkles: "✨", star: "⭐", fire: "🔥", rocket: "🚀", zap: "⚡", heart: "❤️",
  smile: "😄", smiley: "😃", slightly_smiling_face: "🙂", thinking_face: "🤔", sleeping: "😴", zzz: "💤", sweat_smile: "😅", joy: "😂",
  sunny: "☀️", cloud: "☁️", snowflake: "❄️", droplet: "💧", broom: "🧹", wastebasket: "🗑️", safety_vest: "🦺", helmet_with_white_cross: "⛑️", thread: "🧵", speech_balloon: "💬", crossed_fingers: "🤞",
};

/** @returns {string|undefined} the character of a shortcode written without its colons */
export const emojiCharacter = (name) => TABLE[name];
