/** Building DOM nodes. Everything a person sees is made here from text and attributes; no markup is ever parsed. */

/**
 * Builds one element.
 * @param {string} tag
 * @param {object} attributes attributes by name; `on` maps events to listeners, `data` fills the dataset,
 *   `style` sets CSS properties; null, undefined and false leave an attribute out, true sets it empty
 * @param {...(Node|string|number|null|Array)} children strings become text nodes
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "on") {
    for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
  } else if (name === "data") {
    Object.assign(element.dataset, value);
  } else if (name === "style") {
    for (const [property, setting] of Object.entries(value)) element.style.setProperty(property, setting);
  } else if (name === "value" || name === "checked") {
    element[name] = value;
  } else {
    element.setAttribute(name, value === true ? "" : value);
  }
}

/**
 * The address if it is an http or https one, else null: nothing else becomes a link or a picture's source.
 * @param {string} address
 * @returns {string|null}
 */
export function webAddress(address) {
  try {
    const url = new URL(address, location.origin);
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/**
 * A link that opens beside the page, or only its words when the address is not a web address.
 * @param {string} address
 * @param {Node|string} label
 */
export function link(address, label) {
  const href = webAddress(address);
  if (!href) return h("span", {}, label);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, label);
}

/** A new id for tying labels, hints and errors to their field. */
export function freshId(stem) {
  freshId.last = (freshId.last ?? 0) + 1;
  return `${stem}-${freshId.last}`;
}
