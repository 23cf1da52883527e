/** Dates and times in the acting person's own time zone. */

import { now, state } from "./state.js";

const MONTH_FIRST = "en-US";
const DAY_FIRST = "en-GB";
const HALF_YEAR = 182 * 86400;

function format(seconds, options, locale = DAY_FIRST) {
  return new Intl.DateTimeFormat(locale, { timeZone: state.me?.tz ?? "UTC", hourCycle: "h23", ...options }).format(seconds * 1000);
}

/** "17:05" */
export const timeOfDay = (seconds, zone) => format(seconds, { hour: "2-digit", minute: "2-digit", ...(zone ? { timeZone: zone } : {}) });

/** "Fri 27 Nov" */
export const shortDay = (seconds) => format(seconds, { weekday: "short", day: "numeric", month: "short" }).replace(",", "");

/** "Friday 27 November 2026 at 17:05", for tooltips. */
export const fullMoment = (seconds) =>
  `${format(seconds, { weekday: "long", day: "numeric", month: "long", year: "numeric" })} at ${timeOfDay(seconds)}`;

/** "2026-11-27": the same for all moments of one day in the person's zone. */
export const dayOf = (seconds) => format(seconds, { year: "numeric", month: "2-digit", day: "2-digit" }, "en-CA");

/** The heading over a day's messages. */
export function dayHeading(seconds) {
  return nearDay(seconds) ?? format(seconds, { weekday: "long", day: "numeric", month: "long" });
}

function nearDay(seconds) {
  const names = { [dayOf(now() - 86400)]: "Yesterday", [dayOf(now() + 86400)]: "Tomorrow", [dayOf(now())]: "Today" };
  return names[dayOf(seconds)] ?? null;
}

/**
 * The words of `<!date^…>`: every `{token}` of the pattern replaced.
 * @param {number} seconds epoch seconds
 * @param {string} pattern such as "{date_short_pretty} at {time}"
 */
export function fillDatePattern(seconds, pattern) {
  return pattern.replace(/\{(\w+)\}/g, (whole, token) => dateToken(token, seconds) ?? whole);
}

function dateToken(token, seconds) {
  const pretty = token.endsWith("_pretty");
  const near = pretty ? nearDay(seconds) : null;
  if (near) return near.toLowerCase();
  const year = Math.abs(seconds - now()) > HALF_YEAR ? { year: "numeric" } : {};
  switch (pretty ? token.slice(0, -7) : token) {
    case "date_num": return dayOf(seconds);
    case "date_slash": return format(seconds, { year: "numeric", month: "2-digit", day: "2-digit" }, MONTH_FIRST);
    case "date": return format(seconds, { month: "long", day: "numeric", ...year }, MONTH_FIRST);
    case "date_short": return format(seconds, { month: "short", day: "numeric", ...year }, MONTH_FIRST);
    case "date_long": return format(seconds, { weekday: "long", month: "long", day: "numeric", ...year }, MONTH_FIRST);
    case "time": return timeOfDay(seconds);
    case "time_secs": return format(seconds, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
    case "ago": return ago(seconds);
    default: return null;
  }
}

function ago(seconds) {
  const units = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60]];
  const distance = seconds - now();
  const [unit, length] = units.find(([, size]) => Math.abs(distance) >= size) ?? ["second", 1];
  return new Intl.RelativeTimeFormat("en").format(Math.trunc(distance / length), unit);
}

/** Epoch seconds as the text of a datetime-local field: "2026-11-27T17:05". */
export const toLocalField = (seconds) => `${dayOf(seconds)}T${timeOfDay(seconds)}`;

/** The epoch seconds of a datetime-local field's text, read in the person's zone; null when it is empty. */
export function fromLocalField(text) {
  if (!text) return null;
  const asIfUtc = Date.parse(`${text}Z`) / 1000;
  const offsetAt = (seconds) => Date.parse(`${toLocalField(seconds)}Z`) / 1000 - Math.floor(seconds / 60) * 60;
  const first = asIfUtc - offsetAt(asIfUtc);
  return asIfUtc - offsetAt(first);
}
