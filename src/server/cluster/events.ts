/**
 * Events about violations, with the texts, reasons and annotations of the original. Sending is bounded: an Event that cannot be sent in time is
 * dropped and counted, never waited for. https://open-policy-agent.github.io/gatekeeper/website/docs/violations
 */
import {
  appliedActions,
  gvkOf,
  type KubeObject,
  nameOf,
  namespaceOf,
  type Result,
  type Review,
  stringAt,
  type Verdict,
} from "../../gatekeeper/index.ts";
import { type PlainObject, writeJson } from "../../rego/index.ts";
import type { Logger } from "../effects/log.ts";
import type { KubeClient } from "./client.ts";
import { EVENTS } from "./kinds.ts";
import { KubeError } from "./transport.ts";

/** How Events are made. */
export interface EventOptions {
  readonly podNamespace: string;
  /** Puts an Event into the object's own namespace instead of Gatekeeper's. */
  readonly involvedNamespace: boolean;
}

const PREFIXES: Readonly<Record<string, readonly [reason: string, text: string]>> = {
  deny: ["FailedAdmission", 'Admission webhook "validation.gatekeeper.sh" denied request'],
  warn: ["WarningAdmission", 'Admission webhook "validation.gatekeeper.sh" raised a warning for this request'],
  dryrun: ["DryrunViolation", "Dryrun violation"],
};

/** Sends Events one after another in the background. */
export class EventSender {
  readonly #client: KubeClient;
  readonly #log: Logger;
  readonly #options: EventOptions;
  readonly #queue: PlainObject[] = [];
  /** What was sent before, by what it says: its name and how often. */
  readonly #sent = new Map<string, { readonly name: string; readonly count: number }>();
  #sending = false;
  #dropped = 0;

  constructor(client: KubeClient, log: Logger, options: EventOptions) {
    this.#client = client;
    this.#log = log;
    this.#options = options;
  }

  /** Makes the Events of an admission review: one an applied action. */
  admission(review: Review, verdict: Verdict): void {
    const { request } = review;
    const object = review.object ?? review.oldObject ?? {};
    for (const result of verdict.results) {
      for (const action of appliedActions(result)) {
        const [reason, prefix] = PREFIXES[action] ?? ["FailedAdmission", ""];
        const annotations = {
          ...annotationsOf(result, object),
          process: "admission",
          event_type: "violation",
          request_username: String(request.userInfo["username"] ?? ""),
        };
        this.#add(
          "gatekeeper-webhook",
          reason,
          `${prefix}, ${this.#place(request.namespace)}Constraint: ${result.name}, Message: ${result.msg}`,
          object,
          result,
          annotations,
        );
      }
    }
  }

  /** Makes the Event of a violation that an audit found. */
  audit(object: KubeObject, result: Result, message: string, auditId: string): void {
    const constraintNamespace = namespaceOf(result.constraint);
    const annotations = {
      ...annotationsOf(result, object),
      constraint_namespace: constraintNamespace,
      process: "audit",
      auditTimestamp: auditId,
      event_type: "violation_audited",
    };
    this.#add(
      "gatekeeper-audit",
      "AuditViolation",
      `${this.#place(namespaceOf(object))}Constraint: ${result.name}, Message: ${message}`,
      object,
      result,
      annotations,
    );
  }

  #place(namespace: string): string {
    return this.#options.involvedNamespace ? "" : `Resource Namespace: ${namespace}, `;
  }

  #add(component: string, reason: string, message: string, object: KubeObject, result: Result, annotations: PlainObject): void {
    if (this.#queue.length >= QUEUE_LIMIT) {
      this.#dropped++;
      return;
    }
    const { involvedNamespace, podNamespace } = this.#options;
    const own = namespaceOf(object);
    const namespace = involvedNamespace && own !== "" ? own : podNamespace;
    const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    const { kind } = gvkOf(object);
    const uid = involvedNamespace
      ? { uid: stringAt(object, "metadata", "uid"), resourceVersion: stringAt(object, "metadata", "resourceVersion") }
      : { uid: [kind, own, nameOf(object), result.kind, "", result.name].join("/") };
    this.#queue.push({
      apiVersion: "v1",
      kind: "Event",
      metadata: { generateName: `${nameOf(object) || "generated"}.`, namespace, annotations },
      involvedObject: { kind, name: nameOf(object), namespace, ...uid },
      reason,
      message: message.slice(0, MESSAGE_LIMIT),
      type: "Warning",
      count: 1,
      firstTimestamp: now,
      lastTimestamp: now,
      source: { component },
      reportingComponent: component,
      reportingInstance: "",
    });
    void this.#send();
  }

  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) {
      try {
        await this.#sendOne(event);
      } catch (error) {
        this.#log.warn({ error }, "an Event could not be sent");
      }
    }
    this.#sending = false;
    if (this.#dropped > 0) this.#log.warn({ dropped: this.#dropped }, "Events were dropped: more came than could be sent");
    this.#dropped = 0;
  }

  /** An Event that was sent before is counted up; one that is not there any more is sent anew. */
  async #sendOne(event: PlainObject): Promise<void> {
    const namespace = String((event["metadata"] as PlainObject)["namespace"]);
    const key = writeJson([event["involvedObject"] ?? null, event["reason"] ?? null, event["message"] ?? null]);
    const sent = this.#sent.get(key);
    this.#sent.delete(key);
    if (sent !== undefined) {
      const count = sent.count + 1;
      const annotations = (event["metadata"] as PlainObject)["annotations"] ?? {};
      const patch = { metadata: { annotations }, count, lastTimestamp: event["lastTimestamp"] ?? "" };
      try {
        await this.#client.merge(EVENTS, { namespace, name: sent.name }, patch);
        this.#sent.set(key, { name: sent.name, count });
        return;
      } catch (error) {
        if (!(error instanceof KubeError) || error.code !== 404) throw error;
      }
    }
    const created = await this.#client.create(EVENTS, event, namespace);
    this.#sent.set(key, { name: nameOf(created), count: 1 });
    const [oldest] = this.#sent.keys();
    if (this.#sent.size > SENT_LIMIT && oldest !== undefined) this.#sent.delete(oldest);
  }
}

/** Events whose names are remembered, as many as the original's recorder remembers. */
const SENT_LIMIT = 4_096;
const QUEUE_LIMIT = 1_000;
/** The API server refuses an Event whose message is longer. */
const MESSAGE_LIMIT = 1_024;

function annotationsOf(result: Result, object: KubeObject): PlainObject {
  const constraint = gvkOf(result.constraint);
  const { group, version, kind } = gvkOf(object);
  return {
    constraint_name: result.name,
    constraint_group: constraint.group,
    constraint_api_version: constraint.version,
    constraint_kind: result.kind,
    constraint_action: result.action,
    constraint_enforcement_actions: result.scopedActions.join(","),
    resource_group: group,
    resource_api_version: version,
    resource_kind: kind,
    resource_namespace: namespaceOf(object),
    resource_name: nameOf(object),
  };
}
