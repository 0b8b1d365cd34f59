/**
 * Stands in for Gatekeeper's manager where that cannot be built: `opa run --server` with the same Rego, each template's modules in a package of
 * their own and one rule a constraint, answering the same AdmissionReviews over TLS.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PlainObject } from "../../src/rego/index.ts";
import { issueServerCertificate, makeAuthority } from "../../src/server/parts.ts";
import { freePort } from "../../test/support/api-server.ts";
import { eventually } from "../../test/support/cluster.ts";
import { end } from "./end.ts";
import type { Policies } from "./policies.ts";

/** A running server. */
export interface OpaServer {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/** The namespace of every review in the benchmark. */
const NAMESPACE = "default";

/** Starts OPA with the policies and waits until it answers. */
export async function startOpa(binary: string, policies: Policies): Promise<OpaServer> {
  const folder = mkdtempSync(join(tmpdir(), "portcullis-bench-opa-"));
  for (const [name, text] of modulesOf(policies)) writeFileSync(join(folder, name), text);
  const authority = await makeAuthority("bench", "bench", new Date());
  const serving = await issueServerCertificate(authority, { dnsNames: ["localhost"] }, new Date());
  const [certificate, key] = [join(folder, "tls.crt"), join(folder, "tls.key")];
  writeFileSync(certificate, serving.certificate);
  writeFileSync(key, serving.key);
  const port = await freePort();
  const tls = [`--tls-cert-file=${certificate}`, `--tls-private-key-file=${key}`];
  const flags = ["--server", "--v0-compatible", `--addr=127.0.0.1:${port}`, "--log-level=error", "--skip-version-check", ...tls];
  const modules = modulesOf(policies).map(([name]) => join(folder, name));
  const child = spawn(binary, ["run", ...flags, ...modules], { stdio: ["ignore", "ignore", "inherit"] });
  try {
    await eventually("opa answers", () => (child.exitCode === null ? isUp(port) : true));
    if (child.exitCode !== null) throw new Error(`opa ended with ${child.exitCode}`);
  } catch (error) {
    await end(child);
    throw error;
  }
  return { pid: child.pid ?? 0, port, stop: () => end(child) };
}

function isUp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request({ host: "127.0.0.1", port, path: "/health", rejectUnauthorized: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on("error", () => resolve(false));
    call.end();
  });
}

interface Target {
  readonly rego?: string;
  readonly libs?: readonly string[];
  readonly code?: readonly { readonly source: { readonly rego: string; readonly libs?: readonly string[] } }[];
}

function modulesOf({ templates, constraints }: Policies): readonly (readonly [name: string, text: string])[] {
  const modules = templates.flatMap((template) => {
    const spec = template["spec"] as unknown as {
      readonly crd: { readonly spec: { readonly names: { readonly kind: string } } };
      readonly targets: readonly Target[];
    };
    const { kind } = spec.crd.spec.names;
    const [target = {}] = spec.targets;
    const { rego = "", libs = [] } = target.code?.[0]?.source ?? target;
    // Libraries of different templates have the same packages: each template gets copies of its own, as with Gatekeeper.
    const own = (text: string): string =>
      text.replaceAll(/\bdata\.lib\b/g, `data.libs.${kind}`).replace(/^package\s+lib\b/m, `package libs.${kind}`);
    return [
      [`${kind}.rego`, own(rego).replace(/^package\s+\S+/m, `package templates.${kind}`)] as const,
      ...libs.map((lib, i) => [`${kind}-lib-${i}.rego`, own(lib)] as const),
    ];
  });
  return [...modules, ["main.rego", mainOf(constraints.filter(isDenying))]];
}

// What the webhook would match by hand: kinds are those of the reviews already.
function isDenying(constraint: PlainObject): boolean {
  const { enforcementAction, match } = (constraint["spec"] ?? {}) as unknown as {
    readonly enforcementAction?: string;
    readonly match?: { readonly namespaces?: readonly string[]; readonly excludedNamespaces?: readonly string[] };
  };
  const namespaces = match?.namespaces ?? [];
  if ((enforcementAction ?? "deny") !== "deny" || match?.excludedNamespaces?.includes(NAMESPACE)) return false;
  return namespaces.length === 0 || namespaces.includes(NAMESPACE);
}

function mainOf(constraints: readonly PlainObject[]): string {
  const rules = constraints.map((constraint) => {
    const { name } = constraint["metadata"] as { readonly name: string };
    const { parameters = {} } = (constraint["spec"] ?? {}) as { readonly parameters?: unknown };
    return `denials[message] {
  found := data.templates.${String(constraint["kind"])}.violation with input as {"review": input.request, "parameters": ${JSON.stringify(parameters)}}
  message := sprintf("[%s] %s", [${JSON.stringify(name)}, found[_].msg])
}`;
  });
  return `package system

main = {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "response": response}

response = {"uid": input.request.uid, "allowed": true, "status": {"metadata": {}, "code": 200}} {
  count(denials) == 0
}

response = {"uid": input.request.uid, "allowed": false, "status": {"metadata": {}, "code": 403, "reason": "Forbidden", "message": concat("\\n", denials)}} {
  count(denials) > 0
}

denials[message] {
  false
  message := ""
}

${rules.join("\n\n")}
`;
}
