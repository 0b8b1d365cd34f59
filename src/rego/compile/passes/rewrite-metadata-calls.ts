/** Pass `rewrite-metadata-calls`. */
import type { Compilation } from "../compilation.ts";

/** Leaves modules as they are. */
export function rewriteMetadataCalls(_compilation: Compilation): void {}
