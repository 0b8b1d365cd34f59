/**
 * A cheap first question before a tree is walked for a name: whether the text that the tree was read from holds the word at all. A name in a
 * tree is spelt out in its text, unless an escape hides it; a module without text is always walked.
 */
import type { ModuleState } from "../compilation.ts";

/** Tells whether a module's tree may hold a name. */
export function maySpell({ parsed }: ModuleState, ...words: readonly string[]): boolean {
  const { text } = parsed.source;
  return text === "" || words.some((word) => text.includes(word)) || text.includes("\\u");
}
