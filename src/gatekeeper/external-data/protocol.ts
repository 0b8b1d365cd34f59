/**
 * What goes to a provider of external data and what comes back, as JSON.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/externaldata
 */
import { isPlainObject, parseJson, type Value, writeJson } from "../../rego/index.ts";
import { ANY, BOOL, checkDecode, type DecodeType, TEXT } from "../kube/decode.ts";
import { fieldOf, stringAt } from "../kube/object.ts";

/** The version this side speaks; what a provider says its version is does not matter. */
const API_VERSION = "externaldata.gatekeeper.sh/v1beta1";

/** One answer: a value or an error, for one key. */
export interface ExternalItem {
  readonly key: string;
  readonly value: Value;
  readonly error: string;
}

/** What a provider answers. */
export interface ExternalResponse {
  readonly idempotent: boolean;
  readonly items: readonly ExternalItem[];
  readonly systemError: string;
}

const RESPONSE: DecodeType = {
  kind: "record",
  name: "ProviderResponse",
  go: "externaldata.ProviderResponse",
  fields: {
    response: {
      kind: "record",
      name: "Response",
      go: "externaldata.Response",
      fields: {
        idempotent: BOOL,
        items: {
          kind: "list",
          of: { kind: "record", name: "Item", go: "externaldata.Item", fields: { key: TEXT, value: ANY, error: TEXT } },
          go: "[]externaldata.Item",
        },
        systemError: TEXT,
      },
    },
  },
};

/** Returns the body of a request for keys. */
export function requestBody(keys: readonly string[]): string {
  return writeJson({ apiVersion: API_VERSION, kind: "ProviderRequest", request: { keys } });
}

/** Reads the body of a response, whatever its HTTP status was. */
export function readResponse(body: string): ExternalResponse | { readonly error: string } {
  const json = parseJson(body);
  const problem = json.kind === "error" ? json.message : checkDecode(json.value, RESPONSE);
  if (problem !== undefined || json.kind === "error") return { error: `failed to unmarshal external data response: ${problem ?? ""}` };
  const response = fieldOf(json.value, "response");
  const items = fieldOf(response, "items");
  return {
    idempotent: fieldOf(response, "idempotent") === true,
    items: Array.isArray(items) ? items.filter((item) => isPlainObject(item)).map(readItem) : [],
    systemError: stringAt(response, "systemError"),
  };
}

function readItem(item: Value): ExternalItem {
  return { key: stringAt(item, "key"), value: fieldOf(item, "value") ?? null, error: stringAt(item, "error") };
}
