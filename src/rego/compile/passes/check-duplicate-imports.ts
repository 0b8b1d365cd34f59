/** Reports imports that bring in a name twice, which v1 and strict mode forbid. */
import type { Import } from "../../syntax/ast.ts";
import { printImport } from "../../syntax/print.ts";
import type { Compilation } from "../compilation.ts";
import { compileError } from "../errors/errors.ts";
import { importName, isFeatureImport } from "./resolve-names.ts";

/** Checks the imports of modules. */
export function checkDuplicateImports(compilation: Compilation): void {
  const { features } = compilation.options;
  const v1Granted = features === undefined || features.has("rego_v1_import") || features.has("rego_v1");
  for (const { module } of v1Granted ? [] : compilation.modules) {
    for (const each of module.imports.filter(isV1Import)) compilation.report(compileError(each.span, "rego.v1 import is not supported"));
  }
  for (const { module, dialect } of compilation.modules) {
    if (!compilation.strict && dialect === "v0") continue;
    const seen = new Map<string | undefined, Import>();
    for (const each of module.imports) {
      const name = importName(each);
      const earlier = seen.get(name);
      if (earlier) compilation.report(compileError(each.span, `import must not shadow ${printImport(earlier)}`));
      else seen.set(name, each);
    }
  }
}

function isV1Import(each: Import): boolean {
  const [root, name] = each.path.path;
  return isFeatureImport(each) && root.kind === "var" && root.name === "rego" && name?.kind === "string" && name.value === "v1";
}
