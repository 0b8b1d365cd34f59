/** The flags that several `rego` commands have, each under the name and with the words of `opa`. */
import { integerFlag, listFlag, switchFlag, textFlag, textsFlag, wordFlag } from "../go-flags/kinds.ts";

const compatible = "opt-in to OPA features and behaviors";

/** Which dialect of the language policies are read in. */
export const dialectFlags = {
  "v0-compatible": switchFlag(`${compatible} prior to the OPA v1.0 release`),
  "v1-compatible": switchFlag(`${compatible} that are enabled by default in OPA v1.0`, { hidden: true }),
} as const;

/** Code that is to be read in both dialects; under its former name too. */
export const bothDialectsFlags = (usage: string) =>
  ({ "v0-v1": switchFlag(usage), "rego-v1": switchFlag(usage, { hidden: true }) }) as const;

/** Where policies and data are. */
export const sourceFlags = {
  data: textsFlag("set policy or data file(s). This flag can be repeated.", { short: "d" }),
  bundle: textsFlag("set bundle file(s) or directory path(s). This flag can be repeated.", { short: "b" }),
} as const;

/** Names that loading leaves out. */
export const ignoreFlag = {
  ignore: listFlag("set file and directory names to ignore during loading (e.g., '.*' excludes hidden files)"),
} as const;

/** Whether paths are bundles. */
export const bundleModeFlag = { bundle: switchFlag("load paths as bundle files or root directories", { short: "b" }) } as const;

/** What the compiler checks against. */
export const schemaFlag = { schema: textFlag("set schema file path or directory path", { short: "s" }) } as const;

/** What policies may use. */
export const capabilitiesFlag = { capabilities: textFlag("set capabilities version or capabilities.json file path") } as const;

/** How many errors are told. */
export const maxErrorsFlag = {
  "max-errors": integerFlag("set the number of errors to allow before compilation fails early", { short: "m", initial: 10 }),
} as const;

/** What runs policies. */
export const targetFlag = {
  target: wordFlag("set the runtime to exercise", ["rego", "wasm"], { short: "t", initial: "rego" }),
} as const;

/** The query, the input, and what is known of either. */
export const queryFlags = {
  input: textFlag("set input file path", { short: "i" }),
  stdin: switchFlag("read query from stdin"),
  "stdin-input": switchFlag("read input document from stdin", { short: "I" }),
  package: textFlag("set query package"),
  import: textsFlag("set query import(s). This flag can be repeated."),
  partial: switchFlag("perform partial evaluation", { short: "p" }),
  unknowns: textsFlag("set paths to treat as unknown during partial evaluation", { short: "u", shownAs: "stringArray", shown: "[input]" }),
  "optimize-store-for-read-speed": switchFlag("accepted: documents are always read in place"),
} as const;

/** Returns the dialect that flags choose. */
export function dialectOf(flags: { readonly "v0-compatible": boolean }): "v0" | "v1" {
  return flags["v0-compatible"] ? "v0" : "v1";
}
