/** Says network failures in the words operators know from OPA: Go's, not libuv's (https://pkg.go.dev/net#OpError). */
import { isIP, isIPv6 } from "node:net";

const UNTRUSTED = "tls: failed to verify certificate: x509: certificate signed by unknown authority";
const TEXTS: Readonly<Record<string, string>> = {
  ECONNRESET: "connection reset by peer",
  EPIPE: "write: broken pipe",
  UND_ERR_SOCKET: "EOF",
  UND_ERR_CONNECT_TIMEOUT: "dial tcp: i/o timeout",
  ETIMEDOUT: "dial tcp: i/o timeout",
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  CERT_HAS_EXPIRED: "tls: failed to verify certificate: x509: certificate has expired or is not yet valid",
  CERT_NOT_YET_VALID: "tls: failed to verify certificate: x509: certificate has expired or is not yet valid",
};
const CALLS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  EHOSTUNREACH: "no route to host",
  ENETUNREACH: "network is unreachable",
  ENOENT: "no such file or directory",
  EACCES: "permission denied",
};

/** Returns the text of a failed connection or exchange. */
export function networkErrorText(error: unknown): string {
  // Happy eyeballs tries several addresses; Go reports the first failure.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if (!(first instanceof Error)) return String(first);
  const {
    code = "",
    syscall,
    address,
    port,
    hostname,
  } = first as NodeJS.ErrnoException & { address?: string; port?: number; hostname?: string };
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `dial tcp: ${lookupErrorText(hostname ?? "", code)}`;
  if (syscall === "connect" && CALLS[code] !== undefined && address !== undefined) {
    if (port === undefined) return `dial unix ${address}: connect: ${CALLS[code]}`;
    return `dial tcp ${isIPv6(address) ? `[${address}]` : address}:${port}: connect: ${CALLS[code]}`;
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return `tls: failed to verify certificate: x509: ${otherNameText(first as NameMismatch)}`;
  return TEXTS[code] ?? first.message;
}

interface NameMismatch extends Error {
  readonly host?: string;
  readonly cert?: { readonly subjectaltname?: string };
}

// The names a certificate is for, of the kind that was asked for.
function otherNameText({ host = "", cert }: NameMismatch): string {
  const isAddress = isIP(host) !== 0;
  const prefix = isAddress ? "IP Address:" : "DNS:";
  const names = (cert?.subjectaltname ?? "").split(", ").filter((name) => name.startsWith(prefix));
  if (names.length > 0) return `certificate is valid for ${names.map((name) => name.slice(prefix.length)).join(", ")}, not ${host}`;
  if (isAddress) return `cannot validate certificate for ${host} because it doesn't contain any IP SANs`;
  return `certificate is not valid for any names, but wanted to match ${host}`;
}

/** Returns the text of a failed DNS look-up. */
export function lookupErrorText(host: string, code: string): string {
  return `lookup ${host}: ${code === "EAI_AGAIN" ? "server misbehaving" : "no such host"}`;
}
