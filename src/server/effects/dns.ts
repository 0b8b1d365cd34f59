/** Looks up addresses for `net.lookup_ip_addr` (https://www.openpolicyagent.org/docs/latest/policy-reference/#net). */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { type OutsideRequest, RegoSet, type Value } from "../../rego/index.ts";
import { lookupErrorText } from "./network-error.ts";

/** Answers with the set of a host's addresses, or the error of the look-up. */
export async function lookUpAddresses({ operands: [host = ""] }: OutsideRequest): Promise<Value | Error> {
  if (typeof host !== "string") return new Error("the host must be a string");
  if (isIP(host) !== 0) return RegoSet.of([host]);
  try {
    // An empty name asks Node for nothing, and Go for an error.
    const found = host === "" ? [] : await lookup(host, { all: true });
    return found.length === 0 ? new Error(lookupErrorText(host, "")) : RegoSet.of(found.map(({ address }) => address));
  } catch (error) {
    return new Error(lookupErrorText(host, (error as NodeJS.ErrnoException).code ?? ""));
  }
}
