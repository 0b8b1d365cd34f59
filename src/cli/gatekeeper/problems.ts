/** Shows where in a file an error in a template's code is: below the original's text, one block for each place. */
import { locateInManifest, type Manifest, type SourceProblem, showPosition } from "../../gatekeeper/index.ts";

/** Places shown for one error: the first few tell the story. */
const SHOWN = 5;

/** Returns the note lines for an error in a manifest; when no place is known, the document is named. */
export function problemNotes(manifest: Manifest, problems: readonly SourceProblem[]): readonly string[] {
  const { source, index, row } = manifest.place;
  const file = source.name === "" ? "<stdin>" : source.name;
  const where = `  in document ${index} of ${file}, which starts at line ${row}`;
  const blocks = problems.slice(0, SHOWN).flatMap(({ path, start }) => {
    const position = locateInManifest(manifest, path, start);
    return showPosition({ ...position, file }).map((line) => `  ${line}`);
  });
  return [where, ...blocks];
}
