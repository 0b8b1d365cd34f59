/**
 * Kubernetes' authorization checks. Gatekeeper gives policies no `authorizer`, so no value to call these on can ever be had; they are
 * declared so that an expression that names them is refused for the missing variable and for nothing else.
 * https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-authorizer-library
 */
import { noSuchOverload } from "../values/order.ts";
import { structType } from "../values/type.ts";
import { unit } from "./costs.ts";
import { bool, func, type Kind, type Library, method, opaque, string } from "./declare.ts";

const of = (name: string): Kind => opaque(structType(`kubernetes.authorization.${name}`));
const authorizer = of("Authorizer");
const path = of("PathCheck");
const group = of("GroupCheck");
const resource = of("ResourceCheck");
const decision = of("Decision");

const never = () => noSuchOverload;

type Signature = readonly [id: string, parameters: readonly Kind[], result: Kind];

const SIGNATURES: readonly (readonly [string, readonly Signature[]])[] = [
  ["path", [["authorizer_path", [authorizer, string], path]]],
  ["group", [["authorizer_group", [authorizer, string], group]]],
  ["serviceAccount", [["authorizer_serviceaccount", [authorizer, string, string], authorizer]]],
  ["resource", [["groupcheck_resource", [group, string], resource]]],
  ["subresource", [["resourcecheck_subresource", [resource, string], resource]]],
  ["namespace", [["resourcecheck_namespace", [resource, string], resource]]],
  ["name", [["resourcecheck_name", [resource, string], resource]]],
  [
    "check",
    [
      ["pathcheck_check", [path, string], decision],
      ["resourcecheck_check", [resource, string], decision],
    ],
  ],
  ["errored", [["decision_errored", [decision], bool]]],
  ["error", [["decision_error", [decision], string]]],
  ["allowed", [["decision_allowed", [decision], bool]]],
  ["reason", [["decision_reason", [decision], string]]],
  ["fieldSelector", [["authorizer_fieldselector", [resource, string], resource]]],
  ["labelSelector", [["authorizer_labelselector", [resource, string], resource]]],
];

/** The library. */
export const authorizerLibrary: Library = {
  name: "kubernetes.authz",
  functions: SIGNATURES.map(([name, overloads]) =>
    func(
      name,
      overloads.map(([id, parameters, result]) => method(id, parameters, result, never)),
      { cost: unit },
    ),
  ),
};
