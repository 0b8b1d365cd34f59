/** The door for builtins that need `node:crypto`: hashes, keys, certificates, JSON web tokens, AWS signatures. Not for browsers. */
export { cryptoBuiltins } from "./builtins/crypto/families.ts";
