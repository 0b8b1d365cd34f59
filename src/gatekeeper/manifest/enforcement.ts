/**
 * Enforcement actions: what happens when a constraint is violated, at which enforcement point. Reads them from a constraint and checks them.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/enforcement-points
 */
import type { Value } from "../../rego/index.ts";
import { checkDecode, type DecodeType, TEXT } from "../kube/decode.ts";
import { accessString } from "../kube/go-text.ts";
import { fieldAt, fieldOf, type KubeObject, stringAt } from "../kube/object.ts";

/** The enforcement point of the admission webhook. */
export const WEBHOOK_POINT = "validation.gatekeeper.sh";
/** The enforcement point of the audit. */
export const AUDIT_POINT = "audit.gatekeeper.sh";
/** The enforcement point of the command line. */
export const GATOR_POINT = "gator.gatekeeper.sh";
/** The enforcement point of Kubernetes' own ValidatingAdmissionPolicy. */
export const VAP_POINT = "vap.k8s.io";

const POINTS: readonly string[] = [WEBHOOK_POINT, AUDIT_POINT, GATOR_POINT, VAP_POINT];
const ACTIONS: readonly string[] = ["deny", "dryrun", "warn", "scoped"];
const SCOPED_ACTIONS: readonly string[] = ["deny", "dryrun", "warn"];

/** The action of a constraint. For `scoped`, the distinct actions of each enforcement point; `*` holds what applies everywhere. */
export interface Enforcement {
  readonly action: string;
  readonly scoped: ReadonlyMap<string, readonly string[]> | undefined;
}

/** An action, or the complaint of the original. */
export type ReadEnforcement = { readonly enforcement: Enforcement } | { readonly error: string };

const SCOPED_ACTION: DecodeType = {
  kind: "record",
  name: "ScopedEnforcementAction",
  go: "constraints.ScopedEnforcementAction",
  fields: {
    action: TEXT,
    enforcementPoints: {
      kind: "list",
      of: { kind: "record", name: "EnforcementPoint", go: "constraints.EnforcementPoint", fields: { name: TEXT } },
      go: "[]constraints.EnforcementPoint",
    },
  },
};

/** What is wrong with a constraint that is `scoped` and says nothing more. */
export const MISSING_SCOPED_ACTIONS = "missing required field: spec.scopedEnforcementActions must be defined";

/** Reads the action of a constraint. Any text is an action here: what an unknown one means is decided where it is enforced. */
export function readEnforcement(constraint: KubeObject): ReadEnforcement {
  const found = accessString(constraint, "spec", "enforcementAction");
  if ("error" in found) return { error: "invalid Constraint: invalid spec.enforcementAction" };
  const action = found.value ?? "deny";
  if (action !== "scoped") return { enforcement: { action, scoped: undefined } };
  const list = fieldAt(constraint, "spec", "scopedEnforcementActions");
  if (!Array.isArray(list)) return { error: MISSING_SCOPED_ACTIONS };
  const error = list.map((entry) => checkDecode(entry, SCOPED_ACTION)).find((text) => text !== undefined);
  if (error !== undefined) return { error: `invalid Constraint: ${error}` };
  return { enforcement: { action, scoped: readScoped(list) } };
}

function readScoped(list: readonly Value[]): ReadonlyMap<string, readonly string[]> {
  const scoped = new Map<string, string[]>();
  for (const entry of list) {
    const action = stringAt(entry, "action");
    for (const name of pointsOf(entry)) {
      const actions = scoped.get(name) ?? [];
      if (!actions.includes(action)) scoped.set(name, [...actions, action]);
      // The original stops at the first star: points after it add nothing.
      if (name === "*") break;
    }
  }
  return scoped;
}

function pointsOf(entry: Value): readonly string[] {
  const points = fieldOf(entry, "enforcementPoints");
  return Array.isArray(points) ? points.map((point) => stringAt(point, "name")) : [];
}

/** Returns the scoped actions of a constraint at a point: none for a plain action, undefined when the constraint does not apply there. */
export function actionsAt(enforcement: Enforcement, point: string): readonly string[] | undefined {
  if (enforcement.scoped === undefined) return [];
  const everywhere = enforcement.scoped.get("*") ?? [];
  const here = enforcement.scoped.get(point) ?? [];
  const actions = [...new Set([...here, ...everywhere])].sort();
  return actions.length === 0 ? undefined : actions;
}

/** Tells whether an action is one that Gatekeeper knows. */
export function isKnownAction(action: string): boolean {
  return ACTIONS.includes(action);
}

/** Tells whether an action may stand inside a scoped list. */
export function isKnownScopedAction(action: string): boolean {
  return SCOPED_ACTIONS.includes(action);
}

/** Returns what the admission webhook and the controller have against a constraint's actions, or nothing. */
export function checkEnforcement(constraint: KubeObject): string | undefined {
  const written = fieldAt(constraint, "spec", "enforcementAction") ?? "deny";
  const action = typeof written === "string" ? written : "";
  if (action !== "" && !ACTIONS.includes(action)) {
    return `unrecognized enforcementAction: "${action}" is not within the supported list [${ACTIONS.join(" ")}]`;
  }
  return action === "scoped" ? checkScoped(constraint) : undefined;
}

function checkScoped(constraint: KubeObject): string | undefined {
  const list = fieldAt(constraint, "spec", "scopedEnforcementActions");
  const fetching = "error fetching scopedEnforcementActions: ";
  if (list === undefined) return `${fetching}scopedEnforcementActions is required`;
  const shape: DecodeType = { kind: "list", of: SCOPED_ACTION, go: "[]util.ScopedEnforcementAction" };
  const error = checkDecode(list, shape);
  if (error !== undefined || !Array.isArray(list)) return `${fetching}could not convert JSON to scopedEnforcementActions: ${error ?? ""}`;
  const points = list.flatMap((entry) => {
    const named = pointsOf(entry);
    return named.length === 0 ? [""] : named.filter((name) => name !== "*" && !POINTS.includes(name));
  });
  const actions = list.map((entry) => stringAt(entry, "action")).filter((action) => !SCOPED_ACTIONS.includes(action));
  const complaints: string[] = [];
  if (points.length > 0) {
    const known = `supported enforcement points are [${POINTS.join(" ")}]`;
    complaints.push(
      `unrecognized enforcement points: constraint will not be enforced for enforcement points [${points.join(" ")}], ${known}`,
    );
  }
  if (actions.length > 0) {
    complaints.push(
      `unrecognized enforcementAction: [${actions.join(" ")}] is not within the supported list [${SCOPED_ACTIONS.join(" ")}]`,
    );
  }
  return complaints.length === 0 ? undefined : complaints.join("\n");
}
