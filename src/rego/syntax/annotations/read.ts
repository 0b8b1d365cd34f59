/**
 * Reads the METADATA blocks of a module's comments. In: comments. Out: one record per sound block, and complaints about the others, placed at the
 * comment that OPA names. https://www.openpolicyagent.org/docs/latest/policy-language/#annotations
 */
import type { Span } from "../../source/source.ts";
import type { Comment } from "../ast.ts";
import { type Block, blocksOf, rowOf, yamlOf } from "./blocks.ts";
import { decodeFields } from "./decode.ts";
import { type Fields, readFields, type TermReader } from "./fields.ts";

/** Annotations that are not yet attached: their scope may be missing or wrong. */
export interface UnattachedAnnotations {
  readonly span: Span | undefined;
  readonly scope: string;
  readonly entrypoint: boolean;
  readonly fields: Fields;
  readonly endRow: number;
}

/** Something wrong with annotations. */
export interface AnnotationFault {
  readonly message: string;
  readonly span: Span | undefined;
}

/** What was found in comments. */
export interface ReadAnnotations {
  readonly annotations: readonly UnattachedAnnotations[];
  readonly faults: readonly AnnotationFault[];
}

/** Reads the annotations in comments. */
export function readAnnotations(comments: readonly Comment[], readTerm: TermReader): ReadAnnotations {
  const annotations: UnattachedAnnotations[] = [];
  const faults: AnnotationFault[] = [];
  for (const block of blocksOf(comments)) {
    const read = readBlock(block, readTerm);
    if ("message" in read) faults.push(read);
    else annotations.push(read);
  }
  return { annotations, faults };
}

function readBlock(block: Block, readTerm: TermReader): UnattachedAnnotations | AnnotationFault {
  const { first, lines } = block;
  const yaml = yamlOf(block);
  const last = lines[lines.length - 1];
  if (last === undefined || yaml.trim() === "") return { message: "expected METADATA block, found whitespace", span: first.span };
  const decoded = decodeFields(yaml);
  if ("error" in decoded) return { message: withHints(decoded.error, lines), span: placeOfError(decoded.error, block) };
  const fields = readFields(decoded.fields, readTerm);
  if (typeof fields === "string") return { message: fields, span: first.span };
  const span = first.span && { ...first.span, end: last.span?.end ?? first.span.end };
  return { span, scope: decoded.fields.scope, entrypoint: decoded.fields.entrypoint, fields, endRow: rowOf(last) };
}

/** OPA takes the line number, which counts from one, for an index into the lines, and so points one line too far. */
function placeOfError(error: string, { first, lines }: Block): Span | undefined {
  const [, line] = /^yaml:(?: unmarshal errors:\s*)? line (\d+):/.exec(error) ?? /^yaml: unmarshal errors:\s+line (\d+):/.exec(error) ?? [];
  if (line === undefined) return (lines[0] ?? first).span;
  return (lines[Number(line)] ?? lines[lines.length - 1] ?? first).span;
}

/** Adds OPA's guesses: a colon that no blank follows separates nothing. */
function withHints(error: string, lines: readonly Comment[]): string {
  let text = error;
  for (const line of lines) {
    const odd: string[] = [];
    const parts = line.text.split(":").slice(1);
    for (const [i, part] of parts.entries()) {
      if ((part === "" && i === parts.length - 1) || part.startsWith(" ") || part.startsWith("\t")) break;
      odd.push(quotedRune(part));
    }
    if (odd.length === 0) continue;
    const seen = `symbol(s) [${odd.join(" ")}] immediately following a key/value separator ':'`;
    text += `\n  Hint: on line ${rowOf(line)}, ${seen} is not a legal yaml space character`;
  }
  return text;
}

function quotedRune(part: string): string {
  const code = part.codePointAt(0) ?? 0xfffd;
  if (code === 0x27 || code === 0x5c) return `'\\${String.fromCodePoint(code)}'`;
  if (code >= 0x20 && code < 0x7f) return `'${String.fromCodePoint(code)}'`;
  return code < 0x10000 ? `'\\u${code.toString(16).padStart(4, "0")}'` : `'\\U${code.toString(16).padStart(8, "0")}'`;
}
