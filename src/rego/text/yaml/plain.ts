/** Decides in which styles a text may be written in block context: in the rules of Go's YAML writer. */
import { resolvePlain } from "./resolve.ts";

/** What a text allows. */
export interface Analysis {
  readonly multiline: boolean;
  readonly plainAllowed: boolean;
  readonly singleAllowed: boolean;
  readonly blockAllowed: boolean;
}

const BREAK = "[\\r\\n\\u0085\\u2028\\u2029]";
const ANY_BREAK = new RegExp(BREAK);
const SPACE_BREAK = new RegExp(` ${BREAK}`);
const BREAK_SPACE = new RegExp(`${BREAK} `);
// Printable in the writer's eyes: no tab, and nothing beyond the basic plane.
const SPECIAL = /[^\n -~\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u;
const STARTS_LIKE_INDICATOR = /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`]|[-?:](?:[ \t]|$))/;
const HOLDS_INDICATOR = /:(?:[ \t]|$)|[ \t\r\n\u0085\u2028\u2029]#/;

/** Returns which styles a text allows outside flow collections. */
export function analyse(text: string): Analysis {
  if (text === "") return { multiline: false, plainAllowed: true, singleAllowed: true, blockAllowed: false };
  const multiline = ANY_BREAK.test(text);
  const special = SPECIAL.test(text) || (multiline && SPACE_BREAK.test(text));
  const breakSpace = multiline && BREAK_SPACE.test(text);
  const indicators = STARTS_LIKE_INDICATOR.test(text) || HOLDS_INDICATOR.test(text);
  const edges = text.startsWith(" ") || text.endsWith(" ");
  return {
    multiline,
    plainAllowed: !(multiline || special || indicators || edges),
    singleAllowed: !(special || breakSpace),
    blockAllowed: !(special || text.endsWith(" ")),
  };
}

const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
// What Go's reader takes for a time, and so quotes.
const TIMESTAMP =
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:[.,][0-9]+)?(?:Z|[-+][0-9]{2}:[0-9]{2})| [0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:[.,][0-9]+)?)?$/;

/** Tells whether a text, written plainly, would be read as something else than a text. */
export function wouldReadAsOther(text: string): boolean {
  return resolvePlain(text).kind !== "string" || BASE_60.test(text) || (TIMESTAMP.test(text) && isTime(text));
}

function isTime(text: string): boolean {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (text.match(/[0-9]+/g) ?? []).map(Number);
  if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return day >= 1 && day <= days;
}
