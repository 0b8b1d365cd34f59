#!/usr/bin/env node
/** The program `portcullis` (and `gator`, by the name it was started under). Compiled code is kept between runs: half of a short command's time. */
import * as nodeModule from "node:module";
import { tuneFor } from "./tiering.ts";

// The name is looked up when the program runs, so that an older Node gets as far as the message.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`portcullis needs Node 22.19 or newer; this is ${process.versions.node}.\n`);
  process.exit(1);
}
tuneFor(process.argv);
nodeModule.enableCompileCache();
const { run } = await import("./program.ts");
await run();
