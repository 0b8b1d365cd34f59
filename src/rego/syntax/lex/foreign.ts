/**
 * Marks what may not stand in a text at all: null characters, byte-order marks after the start, and bytes that were no UTF-8 (they are read as
 * U+DC80 to U+DCFF). OPA's scanner meets such a character while it reads the token before, and so that token is the illegal one. In: the
 * tokens of a text. Out: the tokens with illegal ones among them, each with its complaints as its payload.
 */
import type { IToken, TokenType } from "chevrotain";

const foreign = /[\0\ufeff]|(?<![\ud800-\udbff])[\udc80-\udcff]/;

interface Cut {
  readonly tokens: IToken[];
  readonly comments: IToken[];
}

/** Says whether a text needs this at all; nearly none does. */
export function hasForeign(text: string): boolean {
  return foreign.test(text);
}

/** Marks the tokens that run into foreign characters, in a text that was cut from an offset on. */
export function markForeign(
  text: string,
  cut: Cut & { readonly from: number },
  { illegal, complaintsAbout }: { readonly illegal: TokenType; readonly complaintsAbout: (token: IToken) => readonly string[] },
): Cut {
  const complaints = complaintsIn(text, cut);
  const marked = [...complaints].map(([start, { owner, image, messages }]) => ({
    image,
    startOffset: start,
    tokenType: illegal,
    tokenTypeIdx: illegal.tokenTypeIdx ?? 0,
    payload: [...messages, ...(owner ? complaintsAbout(owner) : [])],
  }));
  const isSound = ({ startOffset, image }: IToken): boolean => !complaints.has(startOffset) && !(startOffset === 0 && image === "\ufeff");
  return {
    tokens: [...cut.tokens.filter(isSound), ...marked].sort((a, b) => a.startOffset - b.startOffset),
    comments: cut.comments.filter(isSound),
  };
}

interface Complaints {
  readonly owner: IToken | undefined;
  readonly image: string;
  readonly messages: string[];
}

/** The complaints by the start of the token that meets them: the one before the character, or the blank before it. */
function complaintsIn(text: string, { tokens, comments, from }: Cut & { readonly from: number }): ReadonlyMap<number, Complaints> {
  const owners = [...tokens, ...comments].sort((a, b) => a.startOffset - b.startOffset);
  const complaints = new Map<number, Complaints>();
  // A mark at the very start is no fault, and no token has it.
  const begin = Math.max(from, text.startsWith("\ufeff") ? 1 : 0);
  let next = 0;
  for (const match of text.matchAll(new RegExp(foreign.source, "g"))) {
    if (match.index < begin) continue;
    const at = Math.max(match.index - 1, begin);
    while (endOf(owners[next]) <= at) next++;
    const owner = owners[next];
    const owned = owner !== undefined && owner.startOffset <= at;
    const start = owned ? owner.startOffset : at;
    const known = complaints.get(start) ?? {
      owner: owned ? owner : undefined,
      image: owned ? owner.image : text.charAt(at),
      messages: [],
    };
    known.messages.push(complaintOf(match[0]));
    complaints.set(start, known);
  }
  return complaints;
}

function endOf(token: IToken | undefined): number {
  return token === undefined ? Number.POSITIVE_INFINITY : token.startOffset + token.image.length;
}

function complaintOf(character: string): string {
  if (character === "\0") return "illegal null character";
  return character === "\ufeff" ? "illegal byte-order mark" : "illegal utf-8 character";
}
