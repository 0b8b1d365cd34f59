/** The results of `test` for a person at a terminal: a coloured table and a last line that counts. Pipes get the plain lines instead. */
import { kindOf, nameOf, namespaceOf, type ObjectResult } from "../../gatekeeper/index.ts";
import { alignTabs } from "./tabs.ts";

/** How to show the table. */
export interface TerminalStyle {
  readonly colour: boolean;
  /** How many objects were looked at, for the last line. */
  readonly objects: number;
  /** What to print below a result. */
  readonly explain?: (result: ObjectResult) => string;
}

const COLOURS: Readonly<Record<string, string>> = { deny: "31", warn: "33", dryrun: "36" };

/** Returns the table and the last line. */
export function renderForTerminal(results: readonly ObjectResult[], { colour, objects, explain }: TerminalStyle): string {
  const rows = results.map((entry) => [actionOf(entry), objectOf(entry), entry.result.name, entry.result.msg].join("\t"));
  const [head = "", ...lines] = alignTabs(["ACTION\tOBJECT\tCONSTRAINT\tMESSAGE", ...rows].join("\n")).split("\n");
  // A message of several lines takes several rows of the table; each result knows how many.
  let at = 0;
  const body = results.map((entry) => {
    const height = entry.result.msg.split("\n").length;
    const text = lines.slice(at, at + height).join("\n");
    at += height;
    const action = actionOf(entry);
    return `${paint(text.slice(0, action.length), action, colour)}${text.slice(action.length)}\n${explain?.(entry) ?? ""}`;
  });
  const table = results.length === 0 ? "" : `${bold(head, colour)}\n${body.join("")}\n`;
  return `${table}${summary(results, objects)}\n`;
}

function actionOf({ result: { action, scopedActions } }: ObjectResult): string {
  return scopedActions.length === 0 ? action : scopedActions.join("+");
}

function objectOf({ manifest: { object } }: ObjectResult): string {
  const namespace = namespaceOf(object);
  return `${kindOf(object)} ${namespace === "" ? "" : `${namespace}/`}${nameOf(object)}`;
}

function paint(text: string, action: string, colour: boolean): string {
  const code = COLOURS[action.split("+")[0] ?? ""];
  return colour && code !== undefined ? `\u001b[${code}m${text}\u001b[0m` : text;
}

function bold(text: string, colour: boolean): string {
  return colour ? `\u001b[1m${text}\u001b[0m` : text;
}

function summary(results: readonly ObjectResult[], objects: number): string {
  const looked = `${objects} ${objects === 1 ? "object" : "objects"}`;
  if (results.length === 0) return `no violations in ${looked}`;
  const counts = new Map<string, number>();
  for (const entry of results) counts.set(actionOf(entry), (counts.get(actionOf(entry)) ?? 0) + 1);
  const parts = [...counts].map(([action, count]) => `${count} ${action}`).join(", ");
  return `${results.length} ${results.length === 1 ? "violation" : "violations"} in ${looked}: ${parts}`;
}
