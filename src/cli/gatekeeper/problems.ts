/** Shows where in a file an error is, a document's or one in a template's code: below the original's text, one block for each place. */
import {
  type DocumentError,
  type DocumentPlace,
  type FilePosition,
  type Manifest,
  placesOf,
  positionIn,
  type SourceProblem,
  showPosition,
} from "../../gatekeeper/index.ts";

/** Places shown for one error: the first few tell the story. */
const SHOWN = 5;

/** Returns the note lines for an error in a manifest: its document, then each place. */
export function problemNotes(manifest: Manifest, problems: readonly SourceProblem[]): readonly string[] {
  const { place } = manifest;
  const blocks = placesOf(manifest, problems.slice(0, SHOWN)).map((position) =>
    showPosition({ ...position, file: fileOf(place) }).map((line) => `  ${line}`),
  );
  return [documentNote(place), ...distinctBlocks(blocks)];
}

// Several complaints about one place show it once.
function distinctBlocks(blocks: readonly (readonly string[])[]): readonly string[] {
  return [...new Map(blocks.map((block) => [block[0], block])).values()].flat();
}

/** Returns the note lines for places in files of a suite, whose paths have lost their first slash. */
export function positionNotes(positions: readonly FilePosition[]): readonly string[] {
  return distinctBlocks(
    positions.slice(0, SHOWN).map((position) => {
      const [place = "", ...lines] = showPosition({ ...position, file: `/${position.file}` });
      return [`  ${place} (document ${position.document})`, ...lines.map((line) => `  ${line}`)];
    }),
  );
}

/** Returns the note lines for a document that cannot be read. */
export function documentNotes({ place, row, col }: DocumentError): readonly string[] {
  const found = positionIn(place, { row, col });
  const position = { ...found, file: fileOf(place) };
  return [documentNote(place), ...showPosition(position).map((text) => `  ${text}`)];
}

function documentNote(place: DocumentPlace): string {
  return `  in document ${place.index} of ${fileOf(place)}, which starts at line ${place.row}`;
}

function fileOf({ source }: DocumentPlace): string {
  return source.name === "" ? "<stdin>" : source.name;
}
