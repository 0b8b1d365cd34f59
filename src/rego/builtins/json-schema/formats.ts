/** Tells whether a value has the form that a schema's `format` names, in the sense of Go's parsers; values that are no texts always have. */
import { AddressError, parseAddress } from "../../text/ip.ts";
import { compileRegex, RegexError } from "../../text/regex.ts";
import { parseUrl, UrlError } from "../../text/url.ts";
import type { Value } from "../../values/value.ts";

/** Tells whether a value has a format; formats that nobody knows are always right. */
export function matchesFormat(format: string, value: Value): boolean {
  return typeof value !== "string" || (FORMATS.get(format)?.(value) ?? true);
}

const HOSTNAME = /^([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]{0,61}[a-zA-Z0-9])(\.([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]{0,61}[a-zA-Z0-9]))*$/;
const UUID = /^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$/i;
const POINTER = /^(?:\/(?:[^~/\n]|~0|~1)*)*$/;
const RELATIVE_POINTER = /^(?:0|[1-9][0-9]*)(?:#|(?:\/(?:[^~/\n]|~0|~1)*)*)$/;

const FORMATS: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ["date", isDate],
  ["time", isTime],
  ["date-time", isDateTime],
  ["hostname", (text: string) => text.length < 256 && HOSTNAME.test(text)],
  ["email", isEmail],
  ["idn-email", isEmail],
  ["ipv4", (text: string) => isAddress(text) && text.includes(".")],
  ["ipv6", (text: string) => isAddress(text) && text.includes(":")],
  ["uri", isUri],
  ["uri-reference", isUriReference],
  ["iri", isUri],
  ["iri-reference", isUriReference],
  ["uri-template", isUriTemplate],
  ["uuid", (text: string) => UUID.test(text)],
  ["regex", (text: string) => !(compileRegex(text) instanceof RegexError)],
  ["json-pointer", (text: string) => POINTER.test(text)],
  ["relative-json-pointer", (text: string) => RELATIVE_POINTER.test(text)],
]);

function isAddress(text: string): boolean {
  const address = parseAddress(text);
  return !(address instanceof AddressError) && address.zone === "";
}

function isUri(text: string): boolean {
  const url = parseUrl(text);
  return !(url instanceof UrlError) && url.scheme !== "" && !text.includes("\\");
}

function isUriReference(text: string): boolean {
  return !(parseUrl(text) instanceof UrlError) && !text.includes("\\");
}

// Braces of the path must come in pairs and not nest.
function isUriTemplate(text: string): boolean {
  const url = parseUrl(text);
  if (url instanceof UrlError || text.includes("\\")) return false;
  let open = false;
  for (const letter of url.path) {
    if (letter === "{" && !open) open = true;
    else if (letter === "}" && open) open = false;
  }
  return !open;
}

// Times ---------------------------------------------------------------------------------------------------------------------------

const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
// Go takes an hour of one digit, and a fraction behind the seconds of any layout.
const CLOCK = /^([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:[.,][0-9]+)?(?:(Z)|[-+]([0-9]{2}):([0-9]{2}))?$/;

function isDate(text: string): boolean {
  const found = DATE.exec(text);
  if (!found) return false;
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const last = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= last;
}

function isTime(text: string): boolean {
  const found = CLOCK.exec(text);
  if (!found) return false;
  const [hour, minute, second] = [Number(found[1]), Number(found[2]), Number(found[3])];
  return hour < 24 && minute < 60 && second < 60 && Number(found[5] ?? 0) <= 24 && Number(found[6] ?? 0) <= 60;
}

function isDateTime(text: string): boolean {
  if (isDate(text) || isTime(text)) return true;
  const at = text.indexOf("T");
  if (at < 0) return false;
  const clock = text.slice(at + 1);
  return isDate(text.slice(0, at)) && isTime(clock) && /(?:Z|[-+][0-9]{2}:[0-9]{2})$/.test(clock);
}

// Mail addresses -------------------------------------------------------------------------------------------------------------------

const ATOM = "[A-Za-z0-9!#$%&'*+\\-/=?^_`{|}~\\u0080-\\uffff]+";
const DOT_ATOM = `${ATOM}(?:\\.${ATOM})*`;
const QUOTED = '"(?:[^"\\\\\\r\\n]|\\\\[ -~\\t])*"';
const DOMAIN = `(?:${DOT_ATOM}|\\[[^\\[\\]\\\\]*\\])`;
const SPACE = "[ \\t]*";
const ADDRESS = new RegExp(`^${SPACE}(?:${DOT_ATOM}|${QUOTED})@${DOMAIN}${SPACE}$`, "u");
const NAMED = new RegExp(
  `^${SPACE}(?:(?:${ATOM}|${QUOTED}|\\.)${SPACE})*<${SPACE}(?:${DOT_ATOM}|${QUOTED})@${DOMAIN}${SPACE}>${SPACE}$`,
  "u",
);

// https://datatracker.ietf.org/doc/html/rfc5322#section-3.4 ; a text of this length has no business being checked.
function isEmail(text: string): boolean {
  return text.length <= 1000 && (ADDRESS.test(text) || NAMED.test(text));
}
