/** Reads a request's body up to a limit; says what went wrong instead of throwing. */
import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";

/** A request as the listener hands it on, HTTP/1.1 or HTTP/2. */
export type AnyRequest = IncomingMessage | Http2ServerRequest;

/** The body's bytes, or why there are none. */
export type BodyResult = { readonly kind: "body"; readonly bytes: Buffer } | { readonly kind: "too-large" } | { readonly kind: "aborted" };

/**
 * Collects the body. Past `limit` bytes the rest is read and dropped, so that the client gets an answer and the connection stays usable;
 * a body more than eight times the limit is not worth that and its connection is closed by the caller.
 */
export function readBody(request: AnyRequest, limit: number): Promise<BodyResult> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else {
        chunks.length = 0;
        if (length > limit * 8) resolve({ kind: "too-large" });
      }
    });
    request.on("end", () => resolve(length > limit ? { kind: "too-large" } : { kind: "body", bytes: oneBuffer(chunks, length) }));
    request.on("aborted", () => resolve({ kind: "aborted" }));
    request.on("error", () => resolve({ kind: "aborted" }));
  });
}

function oneBuffer(chunks: readonly Buffer[], length: number): Buffer {
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length);
}
