/** The builtins that need `node:crypto`, gathered for the door beside this room's. */
import type { Builtin } from "../define.ts";
import { aws } from "./aws.ts";
import { digests } from "./digests.ts";
import { jwt } from "./jwt.ts";
import { x509 } from "./x509.ts";

/** All of them. */
export const cryptoBuiltins: readonly Builtin[] = [...aws, ...digests, ...jwt, ...x509];
