/**
 * Reads a Provider of external data and checks it as Gatekeeper does.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/externaldata
 */
import { RegoNumber, textOfNumber, type Value } from "../../rego/index.ts";
import { checkDecode, type DecodeType, OBJECT_META, TEXT } from "../kube/decode.ts";
import { gvkOf } from "../kube/gvk.ts";
import { fieldAt, type KubeObject, nameOf, stringAt } from "../kube/object.ts";

/** The group of Provider. */
export const PROVIDER_GROUP = "externaldata.gatekeeper.sh";

/** A provider. */
export interface Provider {
  readonly name: string;
  readonly url: string;
  /** Seconds a call may take. */
  readonly timeout: number;
  /** PEM text of the certificates to trust. */
  readonly caBundle: string;
}

const PROVIDER: DecodeType = {
  kind: "record",
  name: "Provider",
  go: "v1beta1.Provider",
  fields: {
    metadata: OBJECT_META,
    spec: {
      kind: "record",
      name: "ProviderSpec",
      go: "v1beta1.ProviderSpec",
      fields: { url: TEXT, timeout: { kind: "int64", go: "int" }, caBundle: TEXT },
    },
  },
};

/** Tells whether an object is a Provider. */
export function isProvider(object: KubeObject): boolean {
  const { group, kind } = gvkOf(object);
  return group === PROVIDER_GROUP && kind === "Provider";
}

/** Reads a Provider, or says what is wrong with it. */
export function readProvider(object: KubeObject): { readonly provider: Provider } | { readonly error: string } {
  const error = checkDecode(object, PROVIDER);
  if (error !== undefined) return { error };
  const name = nameOf(object);
  const url = stringAt(object, "spec", "url");
  const timeout = secondsOf(fieldAt(object, "spec", "timeout"));
  const bundle = decodeBundle(stringAt(object, "spec", "caBundle"));
  if (name === "") return { error: `provider name can not be empty. value ${name}` };
  if (!isUrl(url)) return { error: `invalid provider url. value: ${url}` };
  if (timeout < 0) return { error: `provider timeout should be a positive integer. value: ${timeout}` };
  if (!/^https:/i.test(url)) return { error: "only HTTPS scheme is supported for Providers" };
  if ("error" in bundle) return bundle;
  return { provider: { name, url, timeout, caBundle: bundle.pem } };
}

function secondsOf(value: Value | undefined): number {
  if (typeof value === "number") return value;
  return value instanceof RegoNumber ? Number(textOfNumber(value)) : 0;
}

/** What Go's URL parser accepts is nearly everything without control characters; an empty text has no scheme and is refused as such. */
function isUrl(url: string): boolean {
  return url !== "" && !/[\u0000-\u0020\u007f]/.test(url) && !/^:/.test(url);
}

const PEM = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/;

function decodeBundle(text: string): { readonly pem: string } | { readonly error: string } {
  if (text === "") return { error: "caBundle should be set for HTTPS scheme" };
  const bad = badBase64At(text);
  if (bad !== undefined) return { error: `failed to base64 decode caBundle: illegal base64 data at input byte ${bad}` };
  const pem = atob(text.replace(/[\r\n]/g, ""));
  return PEM.test(pem) ? { pem } : { error: "bad caBundle" };
}

function badBase64At(text: string): number | undefined {
  const clean = text.replace(/[\r\n]/g, "");
  const end = /^[A-Za-z0-9+/]*/.exec(clean)?.[0].length ?? 0;
  const padding = clean.slice(end);
  const whole = (padding === "" && end % 4 === 0) || (padding === "=" && end % 4 === 3) || (padding === "==" && end % 4 === 2);
  return whole ? undefined : end;
}
