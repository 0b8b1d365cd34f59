/**
 * The schema of `spec.match` in every constraint, as Gatekeeper has it, without its descriptions.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/howto#the-match-field
 */
import type { PlainObject } from "../../../rego/index.ts";

const TEXTS: PlainObject = { type: "array", items: { type: "string" } };

/** What a name or namespace with wildcards may look like. */
const GLOB: PlainObject = { type: "string", pattern: "^\\*?[-:a-z0-9]*\\*?$" };

const SELECTOR: PlainObject = {
  type: "object",
  properties: {
    matchExpressions: {
      type: "array",
      items: {
        type: "object",
        properties: {
          key: { type: "string" },
          operator: { type: "string" },
          values: { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "atomic" },
        },
        required: ["key", "operator"],
      },
      "x-kubernetes-list-type": "atomic",
    },
    matchLabels: { type: "object", additionalProperties: { type: "string" } },
  },
  "x-kubernetes-map-type": "atomic",
};

/** The schema of `spec.match`. */
export const MATCH_SCHEMA: PlainObject = {
  type: "object",
  properties: {
    excludedNamespaces: { type: "array", items: GLOB },
    kinds: { type: "array", items: { type: "object", properties: { apiGroups: TEXTS, kinds: TEXTS } } },
    labelSelector: SELECTOR,
    name: GLOB,
    namespaceSelector: SELECTOR,
    namespaces: { type: "array", items: GLOB },
    scope: { type: "string" },
    source: { type: "string", enum: ["All", "Generated", "Original"] },
  },
};
