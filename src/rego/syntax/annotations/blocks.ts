/**
 * Finds the METADATA blocks among the comments of a module: a comment that starts a line and says METADATA, and the comments that follow it line by
 * line. https://www.openpolicyagent.org/docs/latest/policy-language/#annotations
 */
import { positionAt } from "../../source/position.ts";
import type { Comment } from "../ast.ts";

/** One block: its first comment, and those below, which hold the YAML. */
export interface Block {
  readonly first: Comment;
  readonly lines: readonly Comment[];
}

/** Returns the blocks among comments, in order. */
export function blocksOf(comments: readonly Comment[]): readonly Block[] {
  const blocks: { readonly first: Comment; readonly lines: Comment[] }[] = [];
  let open: (typeof blocks)[number] | undefined;
  let lastRow = 0;
  for (const comment of comments) {
    const { row, col } = placeOf(comment);
    if (col === 1 && /^\s*METADATA/.test(comment.text)) {
      open = { first: comment, lines: [] };
      blocks.push(open);
    } else if (col === 1 && row === lastRow + 1) open?.lines.push(comment);
    else open = undefined;
    lastRow = row;
  }
  return blocks;
}

/** Returns the row of a comment, from 1; 0 if it has no place. */
export function rowOf(comment: Comment): number {
  return placeOf(comment).row;
}

function placeOf({ span }: Comment): { readonly row: number; readonly col: number } {
  return span === undefined ? { row: 0, col: 0 } : positionAt(span.source, span.start);
}

/** Returns the YAML text of a block: a blank after the comment sign is left out. */
export function yamlOf({ lines }: Block): string {
  return lines.map(({ text }) => `${text.startsWith(" ") ? text.slice(1) : text}\n`).join("");
}
