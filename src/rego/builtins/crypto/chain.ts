/**
 * Verifies chains of certificates as Go's x509.Verify does (https://pkg.go.dev/crypto/x509#Certificate.Verify). In: root, intermediates, leaf
 * and options; out: the first chain found, leaf first, or undefined. Signature checks are bounded, so that no set of certificates makes it run long.
 */
import { AddressError, parseAddress } from "../../text/ip.ts";
import type { Certificate } from "./certificate.ts";
import { ANY_USAGE, SERVER_AUTH } from "./key-usages.ts";
import { namesAllowed } from "./name-constraints.ts";
import { isSignedWith } from "./signature-algorithms.ts";

/** What to check beside the signatures. */
export interface ChainOptions {
  readonly dnsName?: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly usages: readonly number[];
}

// Go's own bound.
const MAX_SIGNATURE_CHECKS = 100;
const CERT_SIGN = 1 << 5;

interface Search {
  readonly root: Certificate;
  readonly intermediates: readonly Certificate[];
  readonly options: ChainOptions;
  checks: number;
}

/** Returns the chain from the last certificate to the first, or undefined. */
export function verifyChain(certificates: readonly Certificate[], options: ChainOptions): readonly Certificate[] | undefined {
  const [root] = certificates;
  const leaf = certificates.at(-1);
  if (certificates.length < 2 || root === undefined || leaf === undefined) return undefined;
  if (!isAcceptable(leaf, [], "leaf", options)) return undefined;
  if (options.dnsName !== undefined && options.dnsName !== "" && !hasHostname(leaf, options.dnsName)) return undefined;
  const search: Search = { root, intermediates: certificates.slice(1, -1), options, checks: 0 };
  const chains = leaf.raw.equals(root.raw) ? [[leaf]] : chainsFrom([leaf], search);
  return chains.find((chain) => usagesAllowed(chain, options.usages));
}

function chainsFrom(chain: readonly Certificate[], search: Search): readonly (readonly Certificate[])[] {
  const last = chain.at(-1);
  if (last === undefined) return [];
  const found: (readonly Certificate[])[] = [];
  if (isParent(search.root, last, chain, "root", search)) found.push([...chain, search.root]);
  for (const candidate of search.intermediates) {
    if (isParent(candidate, last, chain, "intermediate", search)) found.push(...chainsFrom([...chain, candidate], search));
  }
  return found;
}

function isParent(candidate: Certificate, child: Certificate, chain: readonly Certificate[], role: Role, search: Search): boolean {
  if (!candidate.rawSubject.equals(child.rawIssuer)) return false;
  if (chain.some((one) => one.raw.equals(candidate.raw) || isSameEntity(one, candidate))) return false;
  search.checks++;
  if (search.checks > MAX_SIGNATURE_CHECKS) return false;
  return isSignedBy(child, candidate) && isAcceptable(candidate, chain, role, search.options);
}

function isSameEntity(a: Certificate, b: Certificate): boolean {
  const names = ({ fields }: Certificate): string => JSON.stringify([fields.dnsNames, fields.emails, fields.addresses, fields.uris]);
  return a.rawSubject.equals(b.rawSubject) && a.rawKeyInfo.equals(b.rawKeyInfo) && names(a) === names(b);
}

function isSignedBy(child: Certificate, parent: Certificate): boolean {
  const { fields, version, publicKey } = parent;
  if ((version === 3 && !fields.hasBasicConstraints) || (fields.hasBasicConstraints && !fields.isCa)) return false;
  if (fields.keyUsage !== 0 && (fields.keyUsage & CERT_SIGN) === 0) return false;
  if (publicKey.node === undefined) return false;
  return isSignedWith(child.signatureAlgorithm, publicKey.node, { bytes: child.tbs, signature: child.signature });
}

type Role = "leaf" | "intermediate" | "root";

function isAcceptable(certificate: Certificate, chain: readonly Certificate[], role: Role, { time }: ChainOptions): boolean {
  const { fields } = certificate;
  if (fields.hasUnhandledCritical || time < certificate.notBefore || time > certificate.notAfter) return false;
  const [leaf] = chain;
  if (role !== "leaf" && leaf !== undefined && !chain.every((below) => namesAllowed(fields.constraints, below.fields))) return false;
  if (role === "intermediate" && (!fields.hasBasicConstraints || !fields.isCa)) return false;
  return !(fields.hasBasicConstraints && fields.maxPathLength >= 0 && chain.length - 1 > fields.maxPathLength);
}

// A usage must be allowed by every certificate; one that names none allows all.
function usagesAllowed(chain: readonly Certificate[], wanted: readonly number[]): boolean {
  const usages = wanted.length === 0 ? [SERVER_AUTH] : wanted;
  if (usages.includes(ANY_USAGE)) return true;
  return usages.some((usage) =>
    chain.every(({ fields }) => {
      if (fields.extendedUsages.length === 0 && !fields.hasUnknownUsages) return true;
      return fields.extendedUsages.includes(ANY_USAGE) || fields.extendedUsages.includes(usage);
    }),
  );
}

// Hostnames ----------------------------------------------------------------------------------------------------------------------

function hasHostname({ fields }: Certificate, wanted: string): boolean {
  const bracketed = /^\[(.*)\]$/s.exec(wanted)?.[1];
  const address = parseAddress(bracketed ?? wanted);
  if (!(address instanceof AddressError) && address.zone === "") {
    const mapped = 0xffffn << 32n;
    const sixteen = (value: bigint, bits: number): bigint => (bits === 32 ? mapped | value : value);
    const target = sixteen(address.value, address.bits);
    return fields.addresses.some((hex) => sixteen(BigInt(`0x${hex}`), hex.length * 4) === target);
  }
  const host = wanted.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const isValid = isHostname(host, false);
  return fields.dnsNames.some((name) =>
    isValid && isHostname(name, true) ? matchesPattern(name, host) : host !== "" && host !== "." && name.toLowerCase() === host,
  );
}

function isHostname(text: string, isPattern: boolean): boolean {
  const name = isPattern ? text : text.replace(/\.$/, "");
  if (name === "" || name === "*") return false;
  return name.split(".").every((label, i) => (isPattern && i === 0 && label === "*") || /^(?!-)[A-Za-z0-9_-]+$/.test(label));
}

function matchesPattern(pattern: string, host: string): boolean {
  const [wanted, labels] = [pattern.toLowerCase().split("."), host.replace(/\.$/, "").split(".")];
  return wanted.length === labels.length && wanted.every((label, i) => (i === 0 && label === "*") || label === labels[i]);
}
