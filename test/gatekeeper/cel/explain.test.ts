import { describe, expect, it } from "vitest";
import { run } from "../../support/command.ts";

interface Parts {
  readonly rule: string;
  readonly variables?: string;
  readonly object?: string;
}

/** Explains why a Pod breaks a rule: the lines below the violation. */
async function explain({ rule, variables = "[]", object = "{replicas: 5}" }: Parts): Promise<readonly string[]> {
  const text = `apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: rule}
spec:
  crd: {spec: {names: {kind: Rule}, validation: {openAPIV3Schema: {type: object, properties: {max: {type: integer}}}}}}
  targets:
    - target: admission.k8s.gatekeeper.sh
      code:
        - engine: K8sNativeValidation
          source:
            variables: ${variables}
            validations:
              - expression: ${JSON.stringify(rule)}
                message: broken
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: Rule
metadata: {name: c}
spec: {match: {kinds: [{apiGroups: [""], kinds: [Pod]}]}, parameters: {max: 3}}
---
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: ${object}
`;
  const { out } = await run(["test", "-f", "x.yaml", "--explain"], { files: { "/w/x.yaml": text } });
  return out.split("\n").slice(1, -1);
}

describe("explaining a CEL violation", () => {
  it("names the template, the place, the expression, the parts of the object and the values", async () => {
    expect(await explain({ rule: "object.spec.replicas <= variables.params.max" })).toEqual([
      "  decided by template rule for constraint Rule/c",
      "  rule at x.yaml:13:30",
      '                  - expression: "object.spec.replicas <= variables.params.max"',
      "  expression object.spec.replicas <= variables.params.max",
      "  object spec.replicas is 5",
      "  with variables.params.max = 3",
    ]);
  });

  it("names fields that are missing", async () => {
    expect(await explain({ rule: "object.spec.owner == 'me'" })).toContain("  object spec.owner is missing");
    expect(await explain({ rule: "has(object.metadata.labels)" })).toContain("  object metadata.labels is missing");
  });

  it("names the elements of a list that break a rule about all of them", async () => {
    const object = "{containers: [{name: a, image: good}, {name: b, image: bad}]}";
    const lines = await explain({ rule: "object.spec.containers.all(c, c.image != 'bad')", object });
    expect(lines).toContain("  object spec.containers[1] is c");
    expect(lines.join("\n")).not.toContain("containers[0]");
    expect(await explain({ rule: "object.spec.ports.all(p, p > 10)", object: "{ports: [80, 7]}" })).toContain("  with p = 7");
  });

  it("follows variables to what they are made from", async () => {
    const variables = "[{name: bad, expression: \"object.spec.containers.filter(c, c.image.startsWith('x'))\"}]";
    const object = "{containers: [{name: a, image: good}, {name: b, image: xb}]}";
    const lines = await explain({ rule: "size(variables.bad) == 0", variables, object });
    expect(lines).toContain("  with size(variables.bad) = 1");
    expect(lines).toContain('  with variables.bad = [{"name": "b", "image": "xb"}]');
    expect(lines).toContain("  object spec.containers[1] is variables.bad[0]");
  });

  it("shows what failed to evaluate", async () => {
    expect(await explain({ rule: "object.spec.replicas < int('x' + object.metadata.name)" })).toContainEqual(
      expect.stringMatching(/^ {2}with int\("x" \+ object\.metadata\.name\) = an error: /),
    );
  });
});
