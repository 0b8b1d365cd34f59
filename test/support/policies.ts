/** A small policy as files, for the tests of commands. */

/** Denies Pods without the label `owner`. */
export const TEMPLATE = `apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata:
  name: needsowner
spec:
  crd:
    spec:
      names:
        kind: NeedsOwner
  targets:
    - target: admission.k8s.gatekeeper.sh
      rego: |
        package needsowner

        violation[{"msg": msg, "details": {"size": 1000000}}] {
          not input.review.object.metadata.labels.owner
          print("looking at", input.review.object.metadata.name)
          msg := sprintf("%v has no \\"owner\\"", [input.review.object.metadata.name])
        }
`;

/** Applies the template to Pods. */
export const CONSTRAINT = `apiVersion: constraints.gatekeeper.sh/v1beta1
kind: NeedsOwner
metadata:
  name: pods-need-owners
spec:
  match:
    kinds:
      - apiGroups: [""]
        kinds: ["Pod"]
`;

/** A Pod that breaks the policy. */
export const BAD = "apiVersion: v1\nkind: Pod\nmetadata: {name: bad, namespace: ns}\n";

/** A Pod that keeps it. */
export const GOOD = "apiVersion: v1\nkind: Pod\nmetadata: {name: good, labels: {owner: me}}\n";
