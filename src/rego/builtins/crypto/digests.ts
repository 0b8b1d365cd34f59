/** Digests and message authentication codes over the bytes of strings (https://www.openpolicyagent.org/docs/latest/policy-reference/#crypto). */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { toUtf8Bytes } from "../../text/bytes.ts";
import type { Builtin } from "../define.ts";
import { row, string } from "../operands.ts";

function digest(name: string, algorithm: string): Builtin {
  return row(name, "(x: string) => y: string", [string], (_, text) => createHash(algorithm).update(toUtf8Bytes(text)).digest("hex"));
}

function mac(name: string, algorithm: string): Builtin {
  return row(name, "(x: string, key: string) => y: string", [string, string], (_, text, key) =>
    createHmac(algorithm, toUtf8Bytes(key)).update(toUtf8Bytes(text)).digest("hex"),
  );
}

/** Digests and HMAC. */
// biome-ignore format: table
export const digests: readonly Builtin[] = [
  digest("crypto.md5", "md5"),
  digest("crypto.sha1", "sha1"),
  digest("crypto.sha256", "sha256"),
  mac("crypto.hmac.md5", "md5"),
  mac("crypto.hmac.sha1", "sha1"),
  mac("crypto.hmac.sha256", "sha256"),
  mac("crypto.hmac.sha512", "sha512"),
  row("crypto.hmac.equal", "(mac1: string, mac2: string) => result: boolean", [string, string], (_, first, second) => {
    const [a, b] = [toUtf8Bytes(first), toUtf8Bytes(second)];
    return a.length === b.length && timingSafeEqual(a, b);
  }),
];
