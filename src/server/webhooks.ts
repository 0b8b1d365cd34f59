/**
 * The webhook's paths with what answers them: reviews by the review threads where there are any, in this thread otherwise; labels of Namespaces
 * here, since that costs next to nothing.
 */
import { type AdmissionParts, admit } from "./admission.ts";
import type { ServerConfig } from "./config.ts";
import { type Metrics, meterOf } from "./effects/metrics.ts";
import { admitLabel, type Exemptions } from "./http/admit-label.ts";
import { answerReview } from "./http/envelope.ts";
import { Gate } from "./http/gate.ts";
import type { WebhookRoute } from "./http/webhook.ts";
import { type ReviewPool, startReviewPool } from "./threads/review-pool.ts";

/** What reviews need of the world; metrics are counted in `metrics`. */
export interface WebhookParts extends Omit<AdmissionParts, "meter"> {
  readonly metrics: Metrics;
}

/** Running webhooks. */
export interface Webhooks {
  readonly routes: ReadonlyMap<string, WebhookRoute>;
  /** The review threads, where there are any. */
  readonly pool: ReviewPool | undefined;
}

/** How long a body may take to arrive. */
const BODY_MILLIS = 30_000;

/** Starts what answers the webhook's paths. */
export function startWebhooks(config: ServerConfig, { metrics, ...rest }: WebhookParts): Webhooks {
  const parts: AdmissionParts = { ...rest, meter: meterOf(metrics) };
  const slots = config.number("max-serving-threads");
  const gate = new Gate(slots < 1 ? Number.POSITIVE_INFINITY : slots, config.number("max-queue"));
  const onShed = (): void => metrics.shedRequests.inc();
  const exemptions: Exemptions = {
    names: new Set(config.list("exempt-namespace")),
    prefixes: config.list("exempt-namespace-prefix"),
    suffixes: config.list("exempt-namespace-suffix"),
  };
  const here: WebhookRoute["answer"] = (text, deadline) =>
    answerReview(text, deadline, (request, _, plain) => admit(parts, request, deadline, plain));
  const threads = threadsOf(config, parts);
  const { store, namespace, log, meter } = parts;
  const pool = threads > 0 ? startReviewPool({ threads, argv: config.argv, store, namespace, log, meter, here }) : undefined;
  const common = { gate, onShed, bodyMillis: BODY_MILLIS };
  const routes = new Map<string, WebhookRoute>([
    ["/v1/admit", { ...common, answer: pool === undefined ? here : pool.answer }],
    [
      "/v1/admitlabel",
      { ...common, answer: (text, deadline) => answerReview(text, deadline, (request) => admitLabel(request, exemptions)) },
    ],
  ]);
  return { routes, pool };
}

// Events are made of whole verdicts, which would cost more to send between threads than to reach.
function threadsOf(config: ServerConfig, { onVerdict }: AdmissionParts): number {
  return onVerdict === undefined ? Math.max(0, config.number("review-threads")) : 0;
}
