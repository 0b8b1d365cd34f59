/**
 * `base64.encode` and `base64.decode`. Kubernetes leaves the library out; it is here for environments of one's own.
 * https://pkg.go.dev/github.com/google/cel-go/ext#Encoders
 */
import { CelError, type CelResult } from "../values/value.ts";
import { bytes, free, func, type Library, string } from "./declare.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function encode(value: Uint8Array): string {
  let out = "";
  for (let i = 0; i < value.length; i += 3) {
    const group = ((value[i] ?? 0) << 16) | ((value[i + 1] ?? 0) << 8) | (value[i + 2] ?? 0);
    const letters = [18, 12, 6, 0].map((shift) => ALPHABET[(group >> shift) & 63] ?? "");
    const kept = Math.min(3, value.length - i) + 1;
    out += letters.slice(0, kept).join("").padEnd(4, "=");
  }
  return out;
}

/** Decodes base64. */
export function decodeBase64(text: string): CelResult {
  const body = text.replace(/[\r\n]/g, "").replace(/={1,2}$/, "");
  const wrong = [...body].findIndex((letter) => !ALPHABET.includes(letter));
  if (wrong >= 0 || body.length % 4 === 1) return new CelError(`illegal base64 data at input byte ${wrong >= 0 ? wrong : body.length}`);
  const out = new Uint8Array(Math.floor((body.length * 3) / 4));
  for (let i = 0; i < out.length; i++) {
    const bit = i * 8;
    const first = ALPHABET.indexOf(body[Math.floor(bit / 6)] ?? "A");
    const second = ALPHABET.indexOf(body[Math.floor(bit / 6) + 1] ?? "A");
    out[i] = (((first << 6) | second) >> (4 - (bit % 6))) & 255;
  }
  return out;
}

/** The library. */
export const encodersLibrary: Library = {
  name: "encoders",
  functions: [
    func("base64.decode", [free("base64_decode_string", [string], bytes, decodeBase64)]),
    func("base64.encode", [free("base64_encode_bytes", [bytes], string, encode)]),
  ],
};
