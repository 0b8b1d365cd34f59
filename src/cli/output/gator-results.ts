/** The results of `test` as text, JSON and YAML, byte for byte in the shapes of `gator test`. */
import {
  apiVersionOf,
  denies,
  kindOf,
  nameOf,
  namespaceOf,
  type ObjectResult,
  type ObjectsReport,
  type StatsEntry,
} from "../../gatekeeper/index.ts";
import { quote } from "../../rego/index.ts";
import { type JsonNode, List, Struct, writeNode } from "./json.ts";
import { writeYamlNode } from "./yaml.ts";

/** What is printed and how. */
export interface ResultsOutput {
  readonly report: ObjectsReport;
  /** The text after `--output`: `json`, `yaml`, and anything else is for people. */
  readonly format: string;
  readonly withStats: boolean;
  readonly denyOnly: boolean;
  /** What to print below the line of a result. */
  readonly explain?: (result: ObjectResult) => string;
}

const INDENT = "    ";

/** Returns the printed text. */
export function renderResults({ report, format, withStats, denyOnly, explain }: ResultsOutput): string {
  const results = denyOnly ? report.results.filter(({ result }) => denies(result)) : report.results;
  const { trace } = report;
  switch (format.toLowerCase()) {
    case "json":
      return renderJson(results, trace, withStats ? report.stats : undefined);
    case "yaml":
      return renderYaml(results, trace, withStats ? report.stats : undefined);
    case "default":
      // The original knows the word and prints nothing for it.
      return "";
    default:
      return results.map((result) => lineOf(result) + (explain?.(result) ?? "") + (trace === undefined ? "" : `Trace: ${trace}`)).join("");
  }
}

/** Returns the line for one result. */
function lineOf({ result, manifest: { object } }: ObjectResult): string {
  const namespace = namespaceOf(object);
  const where = namespace === "" ? nameOf(object) : `${namespace}/${nameOf(object)}`;
  return `${apiVersionOf(object)}/${kindOf(object)} ${where}: [${quote(result.name)}] Message: ${quote(result.msg)}\n`;
}

function renderJson(results: readonly ObjectResult[], trace: string | undefined, stats: readonly StatsEntry[] | undefined): string {
  const list = results.length === 0 ? null : new List(results.map((result) => jsonResult(result, trace)));
  if (stats === undefined) return writeNode(list, 0, INDENT);
  return writeNode(new Struct({ results: list, stats: new List(stats.map((entry) => statsNode(entry, "statsFor"))) }), 0, INDENT);
}

function jsonResult({ result, manifest }: ObjectResult, trace: string | undefined): JsonNode {
  const { target, msg, metadata, constraint, action, scopedActions } = result;
  return new Struct({
    target,
    msg: msg === "" ? undefined : msg,
    metadata,
    constraint,
    enforcementAction: action === "" ? undefined : action,
    scopedActions: scopedActions.length === 0 ? undefined : scopedActions,
    violatingObject: manifest.object,
    trace: trace ?? null,
  });
}

function renderYaml(results: readonly ObjectResult[], trace: string | undefined, stats: readonly StatsEntry[] | undefined): string {
  const list = new List(results.map((result) => yamlResult(result, trace)));
  if (stats === undefined) return writeYamlNode(list);
  return writeYamlNode(new Struct({ results: list, stats: new List(stats.map((entry) => statsNode(entry, "statsfor"))) }));
}

function yamlResult({ result, manifest }: ObjectResult, trace: string | undefined): JsonNode {
  const { target, msg, metadata, constraint, action, scopedActions } = result;
  return new Struct({
    result: new Struct({
      target,
      msg,
      metadata: metadata ?? {},
      constraint: new Struct({ object: constraint }),
      enforcementaction: action,
      scopedenforcementactions: scopedActions,
    }),
    violatingObject: manifest.object,
    trace: trace ?? null,
  });
}

/** YAML spells the one key of two words in lower case. */
function statsNode({ scope, statsFor, stats, labels }: StatsEntry, spelling: "statsFor" | "statsfor"): JsonNode {
  return new Struct({
    scope,
    [spelling]: statsFor,
    stats: new List(stats.map(({ name, value, source }) => new Struct({ name, value, source: new Struct({ ...source }) }))),
    labels: new List(labels.map(({ name, value }) => new Struct({ name, value }))),
  });
}
