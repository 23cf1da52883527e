/** The page's own line icons, drawn on a 20 x 20 grid. */

const PATHS = {
  hash: "M8 3 6 17M14 3l-2 14M3.5 7.5h13M3 12.5h13",
  lock: "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  home: "M3 9.5 10 3.5l7 6M5 8v8.5h10V8M8.5 16.5v-4h3v4",
  thread: "M3.5 4.5h13v9h-8l-3.5 3v-3h-1.5z",
  bolt: "M11 2.5 4.5 11.5H10l-1 6 6.5-9H10z",
  attach: "M13.5 6.5 7.8 12.2a1.6 1.6 0 0 0 2.3 2.3l6-6a3.3 3.3 0 0 0-4.7-4.7l-6.2 6.2a5 5 0 0 0 7 7l4.8-4.8",
  at: "M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0v1.2a2 2 0 0 0 4 0V10a7 7 0 1 0-3 5.7",
  slash: "M12.5 3.5l-5 13",
  send: "M3.5 10 16.5 4l-3.5 12.5-3-4.5zM10 12l6.5-8",
  close: "M5 5l10 10M15 5 5 15",
  back: "M12 4.5 6.5 10l5.5 5.5",
  down: "M5 7.5l5 5 5-5",
  more: "M4.5 10h.01M10 10h.01M15.5 10h.01",
  clock: "M10 3.2a6.8 6.8 0 1 0 0 13.6 6.8 6.8 0 0 0 0-13.6M10 6.2V10l2.6 2",
  menu: "M3.5 5.5h13M3.5 10h13M3.5 14.5h13",
  sun: "M10 6.7a3.3 3.3 0 1 0 0 6.6 3.3 3.3 0 0 0 0-6.6M10 2v1.8M10 16.2V18M2 10h1.8M16.2 10H18M4.3 4.3l1.3 1.3M14.4 14.4l1.3 1.3M4.3 15.7l1.3-1.3M14.4 5.6l1.3-1.3",
  moon: "M16.5 11.7A7 7 0 1 1 8.3 3.5a5.6 5.6 0 0 0 8.2 8.2z",
  switches: "M3.5 6h7M14.5 6h2M12.5 4v4M3.5 14h2M9.5 14h7M7.5 12v4",
  eye: "M2.5 10s2.8-5 7.5-5 7.5 5 7.5 5-2.8 5-7.5 5-7.5-5-7.5-5M10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4",
  file: "M5 2.8h6.5L15 6.3v10.9H5zM11.2 3v3.6H15",
  check: "M4 10.5l4 4 8-9",
  alert: "M10 3 2.5 16.5h15zM10 8v4M10 14.3v.01",
  info: "M10 3.2a6.8 6.8 0 1 0 0 13.6 6.8 6.8 0 0 0 0-13.6M10 9.3v4M10 6.6v.01",
  help: "M10 3.2a6.8 6.8 0 1 0 0 13.6 6.8 6.8 0 0 0 0-13.6M8 8.2a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.3M10 13.6v.01",
};

/**
 * A decorative icon: screen readers skip it, so what it stands on needs words or a label.
 * @param {keyof typeof PATHS} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon icon-${name}`);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
