/** Reads JSON schemas: one file for the input, or a folder whose schemas are named after their files. Paths in, schemas by name out. */
import { join } from "node:path";
import { writeJson } from "../../rego/index.ts";
import { type Effects, FileError } from "../effects.ts";
import { renderLoadErrors } from "./load.ts";
import { filePath } from "./path.ts";
import { decode, parseInput } from "./text.ts";

/** Reads the schemas at a path. Throws FileError, in the words of loading. */
export function readSchemas(path: string, effects: Effects): ReadonlyMap<string, unknown> {
  const schemas = new Map<string, unknown>();
  const visit = (at: string, name: string): void => {
    if (effects.pathKind(at) === "directory")
      for (const inner of effects.readDirectory(at)) visit(join(at, inner), `${name}.${inner.replace(/\.[^.]*$/, "")}`);
    else schemas.set(name, readSchema(at, effects));
  };
  try {
    const root = filePath(path);
    if (effects.pathKind(root) === undefined) throw new FileError(`stat ${root}: no such file or directory`);
    visit(root, "schema");
  } catch (error) {
    if (error instanceof FileError) throw new FileError(renderLoadErrors([error.message]));
    throw error;
  }
  return schemas;
}

function readSchema(path: string, effects: Effects): unknown {
  const parsed = parseInput(decode(effects.readFile(path)));
  if (parsed.kind === "error") throw new FileError(`${path}: ${parsed.message}`);
  return JSON.parse(writeJson(parsed.value)) as unknown;
}
