/** The least a webhook in Node can do: node:http2 with TLS that reads the body, parses it and allows. What is above this is ours to answer for. */
import { createSecureServer } from "node:http2";
import { issueServerCertificate, makeAuthority } from "../../src/server/parts.ts";

const now = new Date();
const authority = await makeAuthority("bench", "bench", now);
const { certificate, key } = await issueServerCertificate(authority, { dnsNames: ["localhost"] }, now);

const server = createSecureServer({ cert: certificate, key, allowHTTP1: true, minVersion: "TLSv1.3" }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { request: asked } = JSON.parse(Buffer.concat(chunks).toString()) as { readonly request: { readonly uid: string } };
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({
        kind: "AdmissionReview",
        apiVersion: "admission.k8s.io/v1",
        response: { uid: asked.uid, allowed: true, status: { metadata: {}, code: 200 } },
      }),
    );
  });
});
server.listen(Number(process.argv[2]), "127.0.0.1", () => process.stdout.write("listening\n"));
