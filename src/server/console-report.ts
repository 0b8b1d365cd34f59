/** An audit's report as a person likes to read it: a line a constraint, below it what violates it. */
import { styleText } from "node:util";
import type { AuditViolation } from "../gatekeeper/index.ts";
import type { AuditRun } from "./loops/audit.ts";

const ACTION_COLOURS: Readonly<Record<string, "red" | "yellow" | "gray">> = { deny: "red", warn: "yellow", dryrun: "gray" };

/** Returns the text of a run, ending with an empty line. */
export function renderAudit(run: AuditRun, colour: boolean): string {
  const total = run.constraints.reduce((sum, { totalViolations }) => sum + totalViolations, 0);
  const paint = (style: "bold" | "red" | "yellow" | "gray" | "green", text: string): string => (colour ? styleText(style, text) : text);
  const lines = [
    `Audit ${run.id}: ${count(run.audited, "object")}, ${count(run.constraints.length, "constraint")}, ${count(total, "violation")}`,
  ];
  for (const { kind, name, totalViolations, violations } of run.constraints) {
    const mark = totalViolations === 0 ? paint("green", "✓") : paint("red", "✗");
    lines.push(`  ${mark} ${paint("bold", `${kind}/${name}`)}${totalViolations === 0 ? "" : `  ${count(totalViolations, "violation")}`}`);
    for (const violation of violations.toReversed()) {
      const action = paint(ACTION_COLOURS[violation.enforcementAction] ?? "gray", violation.enforcementAction);
      lines.push(`      ${action} ${place(violation)}: ${violation.message}`);
    }
    if (totalViolations > violations.length) lines.push(`      … and ${totalViolations - violations.length} more`);
  }
  for (const { object, message } of run.failures) lines.push(`  ! ${String(object["kind"])}: ${message}`);
  return `\n${lines.join("\n")}\n\n`;
}

function place(violation: AuditViolation): string {
  return `${violation.kind} ${violation.namespace === "" ? "" : `${violation.namespace}/`}${violation.name}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
