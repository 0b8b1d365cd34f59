/**
 * The CustomResourceDefinition that a template generates for its constraints: a template in, the definition with its schema out, or the
 * complaints that Kubernetes has about it.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/constrainttemplates
 */
import { compareStrings } from "../../base/compare-strings.ts";
import type { PlainObject } from "../../rego/index.ts";
import { invalidField } from "../kube/field-error.ts";
import { checkLabel1035, checkLabelKey, checkLabelValue, checkSubdomain } from "../kube/names.ts";
import { checkDefaults } from "./schema/check-defaults.ts";
import { checkOpenApi, isConvertible } from "./schema/check-openapi.ts";
import { checkStructural } from "./schema/check-structural.ts";
import { MATCH_SCHEMA } from "./schema/match.table.ts";
import type { RuleCompiler } from "./schema/rules.ts";
import { readSchema, type Schema } from "./schema/schema.ts";
import type { Template } from "./template.ts";

/** The group of all constraints. */
export const CONSTRAINT_GROUP = "constraints.gatekeeper.sh";

/** Longest name of a constraint: the API server keeps constraint names in labels. */
const NAME_LENGTH = 63;

const SCOPED_ACTIONS: PlainObject = {
  type: "array",
  items: {
    type: "object",
    properties: {
      action: { type: "string" },
      enforcementPoints: { type: "array", items: { type: "object", properties: { name: { type: "string" } } } },
    },
  },
};

const PRINTER_COLUMNS = [
  { name: "enforcement-action", type: "string", description: "Type of enforcement action", jsonPath: ".spec.enforcementAction" },
  { name: "total-violations", type: "integer", description: "Total number of violations", jsonPath: ".status.totalViolations" },
];

/** Returns the schema of a template's constraints as JSON. */
function constraintSchemaOf(parameters: PlainObject | undefined): PlainObject {
  const properties: PlainObject = {
    match: MATCH_SCHEMA,
    enforcementAction: { type: "string", default: "deny" },
    scopedEnforcementActions: SCOPED_ACTIONS,
    ...(parameters === undefined ? {} : { parameters }),
  };
  return {
    type: "object",
    properties: {
      metadata: { type: "object", properties: { name: { type: "string", maxLength: NAME_LENGTH } } },
      spec: { type: "object", properties },
      status: { "x-kubernetes-preserve-unknown-fields": true },
    },
  };
}

/** Returns the definition, ready for the API server. */
export function constraintCrd(template: Template): PlainObject {
  const { kind, shortNames } = template;
  const name = kind.toLowerCase();
  const version = { schema: { openAPIV3Schema: constraintSchemaOf(template.parameters) }, subresources: { status: {} } };
  const columns = { additionalPrinterColumns: PRINTER_COLUMNS, served: true };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${name}.${CONSTRAINT_GROUP}`,
      labels: { ...Object.fromEntries(template.labels), "gatekeeper.sh/constraint": "yes" },
    },
    spec: {
      group: CONSTRAINT_GROUP,
      names: {
        kind,
        listKind: `${kind}List`,
        plural: name,
        singular: name,
        categories: ["constraint", "constraints"],
        ...(shortNames.length === 0 ? {} : { shortNames }),
      },
      scope: "Cluster",
      preserveUnknownFields: false,
      versions: [
        { name: "v1beta1", storage: true, ...columns, ...version },
        { name: "v1alpha1", storage: false, ...columns, ...version },
      ],
    },
  };
}

/** Reads the schema and returns what Kubernetes has to say against the definition; without a compiler, CEL rules in it stay uncompiled. */
export function checkConstraintCrd(
  template: Template,
  compile?: RuleCompiler,
): { readonly schema: Schema; readonly errors: readonly string[] } {
  const parameters = template.parameters === undefined ? undefined : readSchema(template.parameters, PARAMETERS_DEPTH);
  const complaints = parameters === undefined ? [] : checkParameters(parameters, compile);
  const schema = parameters === undefined ? FRAME : withParameters(FRAME, parameters);
  return { schema, errors: [...checkMetadata(template), ...checkNames(template), ...complaints] };
}

/** How deep the parameters stand in the schema of a constraint. */
const PARAMETERS_DEPTH = 2;

/** What the schemas of all constraints share: reading it costs more than reading the parameters of most templates. */
const FRAME = readSchema(constraintSchemaOf(undefined));

function withParameters(frame: Schema, parameters: Schema): Schema {
  const spec = frame.properties.get("spec");
  if (spec === undefined) return frame;
  const full = { ...spec, properties: new Map(spec.properties).set("parameters", parameters) };
  return { ...frame, properties: new Map(frame.properties).set("spec", full), source: constraintSchemaOf(parameters.source) };
}

function checkMetadata({ kind, labels }: Template): readonly string[] {
  const name = `${kind.toLowerCase()}.${CONSTRAINT_GROUP}`;
  const sorted = [...labels].sort(([a], [b]) => compareStrings(a, b));
  return [
    ...checkSubdomain(name).map((text) => invalidField("metadata.name", name, text)),
    ...sorted.flatMap(([key, value]) => [
      ...checkLabelKey(key).map((text) => invalidField("metadata.labels", key, text)),
      ...checkLabelValue(value).map((text) => invalidField("metadata.labels", value, text)),
    ]),
  ];
}

function checkNames({ kind, shortNames }: Template): readonly string[] {
  const lower = kind.toLowerCase();
  const complaints = (field: string, value: string, text: string, prefix = ""): readonly string[] => {
    const found = checkLabel1035(text);
    return found.length === 0 ? [] : [invalidField(`spec.names.${field}`, value, prefix + found.join(","))];
  };
  const mixed = "may have mixed case, but should otherwise match: ";
  return [
    ...complaints("plural", lower, lower),
    ...complaints("singular", lower, lower),
    ...complaints("kind", kind, lower, mixed),
    ...complaints("listKind", `${kind}List`, `${lower}list`, mixed),
    ...shortNames.flatMap((name, i) => complaints(`shortNames[${i}]`, name, name)),
  ];
}

/** How the definition names its schema. */
const SCHEMA_PATH = "spec.validation.openAPIV3Schema";

/** How the definition names the schema that a template brings. */
export const PARAMETERS_PATH = `${SCHEMA_PATH}.properties[spec].properties[parameters]`;

/** Checks the part of the schema that a template brings; the rest is the same for all, and sound. */
function checkParameters(schema: Schema, compile: RuleCompiler | undefined): readonly string[] {
  const check = (rules: RuleCompiler | undefined) => checkOpenApi(schema, PARAMETERS_PATH, { compile: rules, root: SCHEMA_PATH });
  if (!isConvertible(schema)) return check(undefined);
  const structural = checkStructural(schema, "field", PARAMETERS_PATH);
  const unsound = structural.length > 0 ? structural : checkDefaults(schema, PARAMETERS_PATH, compile);
  return [...unsound, ...check(unsound.length > 0 ? undefined : compile)];
}
