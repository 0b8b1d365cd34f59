/** Names the folder outside the checkout where programs that we compare with are built once: by `.ci/run`, by the benchmarks, by hand. */
import { homedir } from "node:os";
import { join } from "node:path";

/** The folder: PORTCULLIS_CACHE, or `portcullis` in the user's folder of caches. */
export const CACHE = process.env["PORTCULLIS_CACHE"] || join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "portcullis");
