/** Shows where in a file an error is, a document's or one in a template's code: below the original's text, one block for each place. */
import {
  type DocumentError,
  type DocumentPlace,
  locateInManifest,
  type Manifest,
  type SourceProblem,
  showPosition,
} from "../../gatekeeper/index.ts";

/** Places shown for one error: the first few tell the story. */
const SHOWN = 5;

/** Longest source line shown. */
const LINE_LENGTH = 200;

/** Returns the note lines for an error in a manifest; when no place is known, the document is named. */
export function problemNotes(manifest: Manifest, problems: readonly SourceProblem[]): readonly string[] {
  const { place } = manifest;
  const blocks = problems.slice(0, SHOWN).flatMap(({ path, start }) => {
    const position = locateInManifest(manifest, path, start);
    return showPosition({ ...position, file: fileOf(place) }).map((line) => `  ${line}`);
  });
  return [documentNote(place), ...blocks];
}

/** Returns the note lines for a document that cannot be read; its reader counts lines from the document's first. */
export function documentNotes({ message, place }: DocumentError): readonly string[] {
  const row = Number(/\byaml: line (\d+):/.exec(message)?.[1]);
  const line = place.text.split("\n", row)[row - 1];
  if (line === undefined) return [documentNote(place)];
  return [documentNote(place), `  ${fileOf(place)}:${place.row + row - 1}`, `    ${line.slice(0, LINE_LENGTH)}`];
}

function documentNote(place: DocumentPlace): string {
  return `  in document ${place.index} of ${fileOf(place)}, which starts at line ${place.row}`;
}

function fileOf({ source }: DocumentPlace): string {
  return source.name === "" ? "<stdin>" : source.name;
}
