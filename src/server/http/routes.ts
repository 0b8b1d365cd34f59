/** Which path leads where. The webhook's port serves the admission paths, and health and metrics beside them; a health port only the latter. */
import type { Metrics } from "../effects/metrics.ts";
import { answerHealth, type Check } from "./health.ts";
import type { AnyResponse, RequestHandler } from "./listener.ts";
import { answerWebhook, type WebhookRoute } from "./webhook.ts";

/** What the paths need. */
export interface Routes {
  /** Admission paths by name, e.g. `/v1/admit`. */
  readonly webhooks: ReadonlyMap<string, WebhookRoute>;
  readonly metrics: Metrics;
  /** Metrics of other threads, as text. */
  readonly moreMetrics?: () => string;
  readonly healthChecks: readonly Check[];
  readonly readyChecks: readonly Check[];
}

/** Makes the handler of a port. */
export function routeRequests(routes: Routes): RequestHandler {
  return async (request, response) => {
    const [path = "/", query = ""] = (request.url ?? "/").split("?");
    const webhook = routes.webhooks.get(path);
    if (webhook !== undefined)
      return request.method === "POST" ? await answerWebhook(webhook, request, response) : refuseMethod(response, "POST");
    if (/^\/healthz(\/|$)/.test(path)) return answerHealth(path, "/healthz", isVerbose(query), routes.healthChecks, response);
    if (/^\/readyz(\/|$)/.test(path)) return answerHealth(path, "/readyz", isVerbose(query), routes.readyChecks, response);
    if (path === "/metrics") return await answerMetrics(routes, response);
    request.resume();
    response.statusCode = 404;
    response.setHeader("content-type", "text/plain; charset=utf-8");
    response.end("404 page not found\n");
  };
}

function isVerbose(query: string): boolean {
  return /(^|&)verbose(=|&|$)/.test(query);
}

function refuseMethod(response: AnyResponse, allowed: string): void {
  response.statusCode = 405;
  response.setHeader("allow", allowed);
  response.end();
}

async function answerMetrics({ metrics, moreMetrics }: Routes, response: AnyResponse): Promise<void> {
  const text = `${await metrics.registry.metrics()}${moreMetrics?.() ?? ""}`;
  response.setHeader("content-type", metrics.registry.contentType);
  response.end(text);
}
