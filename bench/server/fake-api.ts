/**
 * An API server that serves one thing well: a long list of Pods in pages, made from a few hundred different ones, so that an audit of 100,000
 * objects measures the audit and not the making of objects. TLS and HTTP/2 as the real one.
 */
import { createSecureServer } from "node:http2";
import { issueServerCertificate, makeAuthority } from "../../src/server/parts.ts";
import { pod } from "./policies.ts";

const [, , portText = "0", countText = "0"] = process.argv;
const count = Number(countText);
const now = new Date();
const authority = await makeAuthority("bench", "bench", now);
const { certificate, key } = await issueServerCertificate(authority, { dnsNames: ["localhost"] }, now);

const pods = Array.from({ length: 500 }, (_, i) => JSON.stringify(pod(i)));
const namespace = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: "default", labels: { "kubernetes.io/metadata.name": "default" } },
};
const list = (resources: readonly object[]): string => JSON.stringify({ kind: "APIResourceList", resources });
const small = new Map([
  ["/apis", JSON.stringify({ kind: "APIGroupList", groups: [] })],
  [
    "/api/v1",
    list([
      { name: "pods", kind: "Pod", namespaced: true, verbs: ["list", "get"] },
      { name: "namespaces", kind: "Namespace", namespaced: false, verbs: ["get"] },
    ]),
  ],
  ["/api/v1/namespaces/default", JSON.stringify(namespace)],
]);
const pages = new Map<number, string>();

function pageOf(limit: number): string {
  const known = pages.get(limit);
  if (known !== undefined) return known;
  const items = Array.from({ length: limit }, (_, i) => pods[i % pods.length]).join(",");
  pages.set(limit, items);
  return items;
}

const server = createSecureServer({ cert: certificate, key, allowHTTP1: true }, (request, response) => {
  const url = new URL(request.url, "https://localhost");
  response.setHeader("content-type", "application/json");
  const fixed = small.get(url.pathname);
  if (fixed !== undefined) return response.end(fixed);
  if (url.pathname !== "/api/v1/pods") {
    response.statusCode = 404;
    return response.end(JSON.stringify({ kind: "Status", code: 404, reason: "NotFound", message: "not here" }));
  }
  const from = Number(url.searchParams.get("continue") ?? 0);
  const size = Math.min(Number(url.searchParams.get("limit") ?? count), count - from);
  const next = from + size < count ? `,"continue":"${from + size}"` : "";
  response.end(`{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"1"${next}},"items":[${pageOf(size)}]}`);
});
server.listen(Number(portText), "127.0.0.1", () => process.stdout.write("listening\n"));
