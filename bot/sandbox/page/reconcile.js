/** Bringing a list of nodes up to date without touching those that did not change, so focus, caret and typed text stay. */

/**
 * Makes the children of `container` follow `items`. A child whose key and signature are unchanged is kept as it is.
 * @param {HTMLElement} container
 * @param {{key: string, signature: string, render: () => HTMLElement}[]} items keys are unique in the list
 */
export function reconcile(container, items) {
  const before = new Map([...container.children].map((child) => [child.dataset.key, child]));
  const focus = rememberFocus(container);
  const nodes = items.map((item) => {
    const old = before.get(item.key);
    if (old && signatures.get(old) === item.signature) return old;
    const fresh = item.render();
    fresh.dataset.key = item.key;
    signatures.set(fresh, item.signature);
    return fresh;
  });
  const kept = new Set(nodes);
  for (const child of before.values()) if (!kept.has(child)) child.remove();
  nodes.forEach((node, place) => {
    if (container.children[place] !== node) container.insertBefore(node, container.children[place] ?? null);
  });
  focus?.restore();
}

/** @type {WeakMap<HTMLElement, string>} */
const signatures = new WeakMap();

/** Where the focus stands inside the container, as a place that a fresh rendering can be asked for again. */
function rememberFocus(container) {
  const active = document.activeElement;
  if (!active || active === container || !container.contains(active)) return null;
  const field = active.closest("[data-field]")?.dataset.field;
  const item = itemOf(container, active);
  const { tagName, selectionStart = null, selectionEnd = null } = readSelection(active);
  const restore = () => {
    if (document.activeElement === active && active.isConnected) return;
    const again = field && [...container.querySelectorAll("[data-field]")].find((node) => node.dataset.field === field);
    const target = again && (again.matches(tagName) ? again : again.querySelector(`${tagName}, input, textarea, button`));
    const fallback = [...container.children].find((child) => child.dataset.key === item?.dataset.key && child.tabIndex >= -1 && child.hasAttribute("tabindex"));
    (target ?? fallback)?.focus({ preventScroll: true });
    if (target && selectionStart !== null) target.setSelectionRange(selectionStart, selectionEnd);
  };
  return { restore };
}

function itemOf(container, node) {
  let item = node;
  while (item.parentElement !== container) item = item.parentElement;
  return item;
}

function readSelection(active) {
  const hasCaret = active.tagName === "TEXTAREA" || (active.tagName === "INPUT" && ["text", "search", "url"].includes(active.type));
  return hasCaret ? active : { tagName: active.tagName };
}
