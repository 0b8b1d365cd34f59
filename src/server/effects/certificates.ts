/**
 * Makes the certificate authority and the serving certificate of the webhook, with the names, lifetimes and usages that Gatekeeper's
 * rotator gives them, and tells whether a pair is still good. Everything is PEM text in and out.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/operations
 */
import { createPrivateKey, type KeyObject, webcrypto, X509Certificate } from "node:crypto";

/** A certificate and its private key, PEM (the key as PKCS#1). */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Whom a serving certificate is for. */
export interface ServerIdentity {
  /** DNS names; the first is also the common name. */
  readonly dnsNames: readonly string[];
  readonly ipAddresses?: readonly string[];
  /** Adds clientAuth, needed when the pod itself calls external data providers. */
  readonly clientAuth?: boolean;
}

/** How long certificates live, in milliseconds. */
export interface Lifetimes {
  readonly authority: number;
  readonly server: number;
  /** A certificate that ends within this time is replaced. */
  readonly lookahead: number;
}

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** Ten years, one year, and 90 days: three missed monthly checks still leave a certificate valid. */
const LIFETIMES: Lifetimes = { authority: 3650 * DAY, server: 365 * DAY, lookahead: 90 * DAY };
const ALGORITHM = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 2048 };

// The library needs its metadata polyfill first and costs ~30 ms, so it is loaded only where certificates are made.
async function loadX509() {
  await import("reflect-metadata");
  const loaded = await import("@peculiar/x509");
  // In the bundled program a CommonJS library is the default export of its chunk.
  return "X509CertificateGenerator" in loaded ? loaded : (loaded as { readonly default: typeof import("@peculiar/x509") }).default;
}

/** Makes a self-signed authority, valid from an hour before `now`, for ten years unless lifetimes say otherwise. */
export async function makeAuthority(name: string, organization: string, now: Date, lifetimes = LIFETIMES): Promise<KeyPair> {
  const x509 = await loadX509();
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: "00",
    name: `CN=${name}, O=${organization}`,
    notBefore: new Date(now.getTime() - HOUR),
    notAfter: new Date(now.getTime() + lifetimes.authority),
    signingAlgorithm: ALGORITHM,
    keys: keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment | x509.KeyUsageFlags.keyCertSign,
        true,
      ),
      new x509.SubjectAlternativeNameExtension([{ type: "dns", value: name }]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: `${certificate.toString("pem")}\n`, key: await pemOf(keys.privateKey) };
}

/** Issues a serving certificate, valid from an hour before `now`, for a year unless lifetimes say otherwise. */
export async function issueServerCertificate(
  authority: KeyPair,
  identity: ServerIdentity,
  now: Date,
  lifetimes = LIFETIMES,
): Promise<KeyPair> {
  const x509 = await loadX509();
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const issuer = new x509.X509Certificate(authority.certificate);
  const signingKey = await webcrypto.subtle.importKey(
    "pkcs8",
    createPrivateKey(authority.key).export({ format: "der", type: "pkcs8" }) as unknown as Uint8Array<ArrayBuffer>,
    ALGORITHM,
    false,
    ["sign"],
  );
  const usages = [x509.ExtendedKeyUsage.serverAuth, ...(identity.clientAuth ? [x509.ExtendedKeyUsage.clientAuth] : [])];
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: "01",
    subject: `CN=${identity.dnsNames[0] ?? "localhost"}`,
    issuer: issuer.subject,
    notBefore: new Date(now.getTime() - HOUR),
    notAfter: new Date(now.getTime() + lifetimes.server),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
      new x509.ExtendedKeyUsageExtension(usages),
      new x509.SubjectAlternativeNameExtension([
        ...identity.dnsNames.map((value) => ({ type: "dns" as const, value })),
        ...(identity.ipAddresses ?? []).map((value) => ({ type: "ip" as const, value })),
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { certificate: `${certificate.toString("pem")}\n`, key: await pemOf(keys.privateKey) };
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", key);
  const object: KeyObject = createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
  return object.export({ type: "pkcs1", format: "pem" }) as string;
}

/** Tells whether an authority parses, is one, fits its key and is still valid a while from `now`. */
export function isAuthorityGood(pair: KeyPair, now: Date, { lookahead } = LIFETIMES): boolean {
  try {
    const certificate = new X509Certificate(pair.certificate);
    return certificate.ca && certificate.checkPrivateKey(createPrivateKey(pair.key)) && isValidAhead(certificate, now, lookahead);
  } catch {
    return false; // whatever does not parse is replaced
  }
}

/** Tells whether a serving certificate was issued by the authority for every name, fits its key and is valid a while from `now`. */
export function isServerCertificateGood(
  pair: KeyPair,
  authority: KeyPair,
  identity: ServerIdentity,
  now: Date,
  { lookahead } = LIFETIMES,
): boolean {
  try {
    const certificate = new X509Certificate(pair.certificate);
    const issuer = new X509Certificate(authority.certificate);
    const named =
      identity.dnsNames.every((name) => certificate.checkHost(name) !== undefined) &&
      (identity.ipAddresses ?? []).every((address) => certificate.checkIP(address) !== undefined);
    const usages: readonly string[] = certificate.keyUsage ?? [];
    const usable = usages.includes("1.3.6.1.5.5.7.3.1") && (!identity.clientAuth || usages.includes("1.3.6.1.5.5.7.3.2"));
    return (
      named &&
      usable &&
      certificate.verify(issuer.publicKey) &&
      certificate.checkPrivateKey(createPrivateKey(pair.key)) &&
      isValidAhead(certificate, now, lookahead)
    );
  } catch {
    return false;
  }
}

function isValidAhead(certificate: X509Certificate, now: Date, lookahead: number): boolean {
  const then = now.getTime() + lookahead;
  return Date.parse(certificate.validFrom) <= now.getTime() && Date.parse(certificate.validTo) > then;
}
