/**
 * Reads texts as Go does: what is no UTF-8 is one replacement character a byte in documents, and an error in sources, so that a file that was cut
 * or is no text does not pass as another policy. https://www.rfc-editor.org/rfc/rfc3629
 */
import { fromUtf8Bytes, parseJson, parseYaml, type Value } from "../../rego/index.ts";
import { type Effects, FileError } from "../effects.ts";
import { filePath } from "./path.ts";

/** Returns the text of a document, a byte order mark and all. */
export function decode(bytes: Uint8Array): string {
  return fromUtf8Bytes(bytes).toWellFormed();
}

/** Returns the text of a source of Rego, in which bytes that are no UTF-8 stand as the parser refuses them. */
export function decodeSource(bytes: Uint8Array): string {
  return fromUtf8Bytes(bytes);
}

/** Parses an input document: JSON, with its numbers as they are written, or else YAML. */
export function parseInput(text: string): ReturnType<typeof parseJson> | ReturnType<typeof parseYaml> {
  const unmarked = text.startsWith("\ufeff") ? text.slice(1) : text;
  const json = parseJson(unmarked);
  return json.kind === "value" ? json : parseYaml(unmarked);
}

/** Reads the input document that flags name; undefined when they name none. Throws FileError. */
export async function readInput(
  flags: { readonly input: string; readonly "stdin-input": boolean },
  effects: Effects,
): Promise<Value | undefined> {
  if (!flags["stdin-input"] && flags.input === "") return undefined;
  const text = flags["stdin-input"] ? await effects.stdin() : decode(effects.readFile(filePath(flags.input)));
  const parsed = parseInput(text);
  if (parsed.kind === "error") throw new FileError(`unable to parse input: ${parsed.message}`);
  return parsed.value;
}
