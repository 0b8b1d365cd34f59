/** Pass `parse-metadata-blocks`. */
import type { Compilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function parseMetadataBlocks(_compilation: Compilation): void {}
