/**
 * Marks what may not stand in a text at all: null characters, byte-order marks after the start, halves of surrogate pairs. OPA's scanner meets
 * such a character while it reads the token before, and so that token is the illegal one. In: the tokens of a text. Out: the tokens with
 * illegal ones among them, each with its complaints as its payload.
 */
import type { IToken, TokenType } from "chevrotain";

const foreign = /[\0\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

interface Cut {
  readonly tokens: IToken[];
  readonly comments: IToken[];
}

/** Says whether a text needs this at all; nearly none does. */
export function hasForeign(text: string): boolean {
  return foreign.test(text);
}

/** Marks the tokens that run into foreign characters. */
export function markForeign(text: string, { tokens, comments }: Cut, illegal: TokenType): Cut {
  const complaints = new Map<number, string[]>();
  // A mark at the very start is no fault, and no token has it.
  const begin = text.startsWith("\ufeff") ? 1 : 0;
  for (const match of text.matchAll(new RegExp(foreign.source, "g"))) {
    if (match.index < begin) continue;
    const at = Math.max(match.index - 1, begin);
    const owner = [...tokens, ...comments].find((each) => each.startOffset <= at && at < each.startOffset + each.image.length);
    const start = owner?.startOffset ?? at;
    complaints.set(start, [...(complaints.get(start) ?? []), complaintOf(match[0])]);
  }
  const marked = (start: number, image: string): IToken => ({
    image,
    startOffset: start,
    tokenType: illegal,
    tokenTypeIdx: illegal.tokenTypeIdx ?? 0,
    payload: complaints.get(start) ?? [],
  });
  const kept = tokens.filter((each) => !complaints.has(each.startOffset) && !(each.startOffset === 0 && each.image === "\ufeff"));
  const starts = [...complaints.keys()];
  const faulty = starts.map((start) =>
    marked(start, [...tokens, ...comments].find((each) => each.startOffset === start)?.image ?? text.charAt(start)),
  );
  return {
    tokens: [...kept, ...faulty].sort((a, b) => a.startOffset - b.startOffset),
    comments: comments.filter((each) => !complaints.has(each.startOffset)),
  };
}

function complaintOf(character: string): string {
  if (character === "\0") return "illegal null character";
  return character === "\ufeff" ? "illegal byte-order mark" : "illegal utf-8 character";
}
