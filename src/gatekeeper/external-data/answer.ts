/**
 * Answers a question of `external_data` from the cache, from a provider, or with the failure in the shape that policies know. Sending is a
 * function that is passed in; this file decides what is sent and what the policy sees.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/externaldata
 */
import type { Value } from "../../rego/index.ts";
import type { Provider } from "../manifest/provider.ts";
import type { ExternalQuestion } from "./builtin.ts";
import type { ResponseCache } from "./cache.ts";
import { type ExternalItem, type ExternalResponse, readResponse, requestBody } from "./protocol.ts";

/** What sending gives: a body with its HTTP status, or why there is none. */
export type Sent = { readonly status: number; readonly body: string } | { readonly error: string };

/** Sends a body to a provider within the provider's time. Never rejects. */
export type SendToProvider = (provider: Provider, body: string) => Promise<Sent>;

/** What answering needs from outside. */
export interface ExternalDataAccess {
  readonly provider: (name: string) => Provider | undefined;
  readonly send: SendToProvider;
  readonly cache: ResponseCache | undefined;
  readonly nowSeconds: () => number;
}

/** The status of a question about a provider that nobody has heard of, and of one that could not be sent. */
const BAD_REQUEST = 400;
const SERVER_ERROR = 500;

/** Answers a question with the object that the policy sees. */
export async function answerExternalData(question: ExternalQuestion, access: ExternalDataAccess): Promise<Value> {
  const provider = access.provider(question.provider);
  if (provider === undefined) return failure(BAD_REQUEST, "key is not found in provider cache");
  const now = access.nowSeconds();
  const cached = question.keys.flatMap((key) => access.cache?.get(provider.name, key, now) ?? []);
  const known = new Set(cached.map((item) => item.key));
  const missing = question.keys.filter((key) => !known.has(key));
  if (missing.length === 0) return success(cached, 0, "");
  const sent = await access.send(provider, requestBody(missing));
  if ("error" in sent) return failure(SERVER_ERROR, sent.error);
  const response = readResponse(sent.body);
  if ("error" in response) return failure(SERVER_ERROR, response.error);
  remember(provider, response, access);
  return success([...cached, ...response.items], sent.status, response.systemError);
}

function remember(provider: Provider, response: ExternalResponse, { cache, nowSeconds }: ExternalDataAccess): void {
  const received = nowSeconds();
  for (const item of response.items) cache?.set(provider.name, item, received);
}

function success(items: readonly ExternalItem[], status: number, systemError: string): Value {
  return {
    responses: items.filter((item) => item.error === "").map((item) => [item.key, item.value]),
    errors: items.filter((item) => item.error !== "").map((item) => [item.key, item.error]),
    status_code: status,
    system_error: systemError,
  };
}

function failure(status: number, message: string): Value {
  return { responses: null, errors: null, status_code: status, system_error: message };
}
