#!/usr/bin/env node
/** The program `portcullis` (and `gator`, by the name it was started under). Compiled code is kept between runs: half of a short command's time. */
import { enableCompileCache } from "node:module";
import { tuneFor } from "./tiering.ts";

tuneFor(process.argv);
enableCompileCache();
const { run } = await import("./program.ts");
await run();
