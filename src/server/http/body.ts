/** Reads a request's body up to a limit; says what went wrong instead of throwing. */
import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";

/** A request as the listener hands it on, HTTP/1.1 or HTTP/2. */
export type AnyRequest = IncomingMessage | Http2ServerRequest;

/** The body's bytes, or why there are none. `too-large` with `more` means that the client is still sending and nobody listens. */
export type BodyResult =
  | { readonly kind: "body"; readonly bytes: Buffer }
  | { readonly kind: "too-large"; readonly more: boolean }
  | { readonly kind: "too-many" }
  | { readonly kind: "too-slow" }
  | { readonly kind: "aborted" };

/** Bytes of bodies that may be held at once, over all requests: what a memory limit of 512 MiB leaves room for. */
const ALL_BODIES_LIMIT = 128 * 1024 * 1024;
/** A body in more pieces than this is put together on the way, so that a million tiny pieces cost no more than their bytes. */
const PIECES = 256;
let held = 0;

/**
 * Collects the body. Past `limit` bytes the rest is read and dropped, so that the client gets an answer and the connection stays usable;
 * a body more than eight times the limit is not worth that, nor one that takes longer than `millis` to arrive.
 */
export function readBody(request: AnyRequest, limit: number, millis: number): Promise<BodyResult> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let length = 0;
    let mine = 0;
    const finish = (result: BodyResult): void => {
      clearTimeout(timer);
      held -= mine;
      mine = 0;
      chunks = [];
      resolve(result);
    };
    const timer = setTimeout(() => finish({ kind: "too-slow" }), millis);
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit * 8) finish({ kind: "too-large", more: true });
      if (length > limit) {
        held -= mine;
        mine = 0;
        chunks = [];
        return;
      }
      if (held + chunk.length > ALL_BODIES_LIMIT) return finish({ kind: "too-many" });
      held += chunk.length;
      mine += chunk.length;
      chunks.push(chunk);
      if (chunks.length >= PIECES) chunks = [Buffer.concat(chunks)];
    });
    request.on("end", () => finish(length > limit ? { kind: "too-large", more: false } : { kind: "body", bytes: oneBuffer(chunks) }));
    request.on("aborted", () => finish({ kind: "aborted" }));
    request.on("close", () => finish({ kind: "aborted" }));
    request.on("error", () => finish({ kind: "aborted" }));
  });
}

function oneBuffer(chunks: readonly Buffer[]): Buffer {
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}
