/** TLS settings of an `http.send` request (https://www.openpolicyagent.org/docs/latest/policy-reference/#http): certificates are read here. */
import { readFileSync } from "node:fs";
import { type ConnectionOptions, createSecureContext, getCACertificates } from "node:tls";
import type { HttpRequest, PemSource } from "../../rego/index.ts";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----/;

/** Returns what to connect with, or undefined when the request asks for nothing special. Throws when certificates cannot be used. */
export function tlsOptionsOf({ tls, headers }: HttpRequest): ConnectionOptions | undefined {
  const { insecure, useSystemCertificates, certificate, key } = tls;
  const hostHeader = headers.find(([name]) => name.toLowerCase() === "host")?.[1];
  const options: ConnectionOptions = {};
  if (insecure) options.rejectUnauthorized = false;
  const pair = clientPairOf(certificate, key);
  if (pair !== undefined) Object.assign(options, pair);
  const own = authoritiesOf(tls.ca);
  if (useSystemCertificates || own.length > 0) options.ca = useSystemCertificates ? [...getCACertificates("system"), ...own] : own;
  const serverName = tls.serverName || hostHeader;
  if (serverName !== undefined && serverName !== "") options.servername = serverName;
  return Object.keys(options).length === 0 ? undefined : options;
}

/** Authorities trusted when a request names none: Node's and the system's. */
export function defaultAuthorities(): string[] {
  return [...new Set([...getCACertificates("default"), ...getCACertificates("system")])];
}

function clientPairOf(certificate: PemSource, key: PemSource): { cert: string; key: string } | undefined {
  // The last of the three kinds that is complete wins.
  let pair: { cert: string; key: string } | undefined;
  if (certificate.text !== "" && key.text !== "") pair = { cert: certificate.text, key: key.text };
  if (certificate.file !== "" && key.file !== "") pair = { cert: readText(certificate.file), key: readText(key.file) };
  const { variable } = certificate;
  if (variable !== "" && key.variable !== "") pair = { cert: process.env[variable] ?? "", key: process.env[key.variable] ?? "" };
  if (pair === undefined) return undefined;
  const wrong = [
    [pair.cert, "certificate"],
    [pair.key, "key"],
  ].find(([text]) => !text?.includes("-----BEGIN "));
  const text = wrong === undefined ? pairProblem(pair) : `tls: failed to find any PEM data in ${wrong[1]} input`;
  if (text === undefined) return pair;
  if (variable === "" || key.variable === "") throw new Error(text);
  throw new Error(`cannot extract public/private key pair from envvars "${variable}", "${key.variable}": ${text}`);
}

function pairProblem(pair: { cert: string; key: string }): string | undefined {
  try {
    createSecureContext(pair);
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ERR_OSSL_X509_KEY_VALUES_MISMATCH" ? "tls: private key does not match public key" : `tls: ${message}`;
  }
}

function authoritiesOf({ text, file, variable }: PemSource): string[] {
  const found: string[] = [];
  const add = (pem: string, prefix = ""): void => {
    if (!CERTIFICATE.test(pem)) throw new Error(`${prefix}could not append certificates`);
    found.push(pem);
  };
  if (text !== "") add(text.replaceAll("\\n", "\n"));
  if (file !== "") add(readText(file));
  if (variable !== "") add(process.env[variable] ?? "", `could not add CA certificates from envvar "${variable}": `);
  return found;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "no such file or directory" : code === "EACCES" ? "permission denied" : String(code);
    throw new Error(`open ${file}: ${reason}`);
  }
}
