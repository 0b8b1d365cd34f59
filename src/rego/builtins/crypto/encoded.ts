/** Decodes the base64 of tokens and keys into bytes, with OPA's error texts. */
import { Buffer } from "node:buffer";
import { decodeBase64, decodeBase64Url } from "../../text/base64.ts";
import { toBinary } from "../../text/bytes.ts";

/** Something from outside that cannot be used; thrown inside this folder, caught at the builtins. `isType` makes it a type error. */
export class CryptoError extends Error {
  readonly isType: boolean;

  constructor(message: string, isType = false) {
    super(message);
    this.isType = isType;
  }
}

/** Decodes a part of a token: base64url with or without padding. */
export function decodeUrlPart(text: string): Buffer {
  const binary = toBinary(text);
  const missing = binary.endsWith("=") ? 0 : (4 - (binary.length % 4)) % 4;
  if (missing === 3) throw new CryptoError(`illegal base64url string: ${text}`);
  const decoded = decodeBase64Url(binary + "=".repeat(missing));
  if (decoded.kind === "error") throw new CryptoError(`illegal base64 data at input byte ${decoded.at}`);
  return Buffer.from(decoded.binary, "latin1");
}

/** Decodes standard base64. */
export function decodeStandard(binary: string): Buffer {
  const decoded = decodeBase64(binary);
  if (decoded.kind === "error") throw new CryptoError(`illegal base64 data at input byte ${decoded.at}`);
  return Buffer.from(decoded.binary, "latin1");
}

/** Decodes base64 of either alphabet, padded or not, as key files hold it; undefined when it is neither. */
export function decodeGuessing(text: string): Buffer | undefined {
  const isRaw = !text.endsWith("=");
  const isUrl = !/[+/]/.test(text);
  const binary = toBinary(text);
  const kept = binary.replace(/[\r\n]/g, "");
  const missing = isRaw ? (4 - (kept.length % 4)) % 4 : 0;
  if (missing === 3 || (isRaw && kept.includes("="))) return undefined;
  const decoded = isUrl ? decodeBase64Url(kept + "=".repeat(missing)) : decodeBase64(kept + "=".repeat(missing));
  return decoded.kind === "error" ? undefined : Buffer.from(decoded.binary, "latin1");
}
