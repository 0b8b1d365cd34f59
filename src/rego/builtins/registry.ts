/**
 * All builtins by name. `pureBuiltins` needs nothing but the language; families that need Node's crypto are added by the room's door.
 * A new family is one import and one line of the list. https://www.openpolicyagent.org/docs/latest/policy-reference/#built-in-functions
 */
import { aggregates } from "./aggregates.ts";
import { arrays } from "./arrays.ts";
import { bits } from "./bits.ts";
import { comparison } from "./comparison.ts";
import type { Builtin, BuiltinTable } from "./define.ts";
import { encoding } from "./encoding.ts";
import { glob } from "./glob.ts";
import { graph } from "./graph.ts";
import { http } from "./http.ts";
import { json } from "./json.ts";
import { jsonSchema } from "./json-schema.ts";
import { membership } from "./membership.ts";
import { net } from "./net.ts";
import { numbers } from "./numbers.ts";
import { objects } from "./objects.ts";
import { output } from "./output.ts";
import { reflection } from "./reflection.ts";
import { regex } from "./regex.ts";
import { semver } from "./semver.ts";
import { sets } from "./sets.ts";
import { formatting } from "./sprintf.ts";
import { strings } from "./strings.ts";
import { templates } from "./templates.ts";
import { time } from "./time.ts";
import { types } from "./types.ts";
import { units } from "./units.ts";
import { uri } from "./uri.ts";
import { uuid } from "./uuid.ts";
import { yaml } from "./yaml.ts";

/** Gathers families of rows into one table; a name that comes twice is the last one's. */
export function tableOf(...families: readonly (readonly Builtin[])[]): BuiltinTable {
  return new Map(families.flat().map((builtin) => [builtin.name, builtin]));
}

/** The builtins that are plain functions of their operands and the context. */
export const pureBuiltins: BuiltinTable = tableOf(
  aggregates,
  arrays,
  bits,
  comparison,
  encoding,
  formatting,
  graph,
  json,
  membership,
  numbers,
  objects,
  output,
  reflection,
  semver,
  sets,
  strings,
  templates,
  time,
  types,
  units,
  uuid,
  glob,
  http,
  net,
  regex,
  uri,
  yaml,
  jsonSchema,
);
