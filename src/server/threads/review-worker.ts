/**
 * A review thread, from inside: a copy of the policies that follows the main thread's, and reviews one after the other. Messages come in the order
 * in which they were sent, so a review sees every change that came before it. Started by `review-pool.ts`.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { KubeObject } from "../../gatekeeper/index.ts";
import { parseJson } from "../../rego/index.ts";
import { type AdmissionParts, admit } from "../admission.ts";
import type { KubeClient } from "../cluster/client.ts";
import { openClient } from "../cluster/open-client.ts";
import { readServerConfig, usesFolders } from "../config.ts";
import { makeLogger } from "../effects/log.ts";
import type { AdmissionMeter } from "../effects/metrics.ts";
import { clockMillis, Deadline } from "../http/deadline.ts";
import { answerReview } from "../http/envelope.ts";
import { installationOf } from "../installation.ts";
import { outsideAnswers } from "../outside.ts";
import { PolicyStore } from "../policy-store.ts";
import { providerAccess } from "../provider-access.ts";
import type { Counted, FromReviewThread, ToReviewThread } from "./review-messages.ts";

const { argv } = workerData as { readonly argv: readonly string[] };
const read = readServerConfig(argv, process.env);
if ("error" in read) throw new Error(read.error);
const { config } = read;
const port = parentPort;
if (port === null) throw new Error("a review thread is started by the server");
// Answers that are ready at once go together: waking the other thread costs more than a message.
let outbox: FromReviewThread[] = [];
const tell = (message: FromReviewThread): void => {
  if (outbox.push(message) > 1) return;
  setImmediate(() => {
    const messages = outbox;
    outbox = [];
    port.postMessage(messages);
  });
};

const store = new PolicyStore(installationOf(config));

interface Asked {
  readonly answer: Promise<KubeObject | undefined>;
  readonly found: (object: KubeObject | undefined) => void;
  readonly failed: (error: Error) => void;
}

/** Namespaces by name as the main thread told them. */
const namespaces = new Map<string, KubeObject | undefined>();
const questions = new Map<number, { readonly name: string; readonly asked: Asked }>();
const asking = new Map<string, Asked>();
let lastQuestion = 0;

function namespaceOf(name: string): Promise<KubeObject | undefined> | KubeObject | undefined {
  if (namespaces.has(name)) return namespaces.get(name);
  const before = asking.get(name);
  if (before !== undefined) return before.answer;
  const { promise, resolve, reject } = Promise.withResolvers<KubeObject | undefined>();
  const asked: Asked = { answer: promise, found: resolve, failed: reject };
  asking.set(name, asked);
  questions.set(++lastQuestion, { name, asked });
  tell({ kind: "namespace", id: lastQuestion, name });
  return promise;
}

function namespaceTold({ id, object, error }: Extract<ToReviewThread, { readonly kind: "namespace" }>): void {
  const question = questions.get(id);
  questions.delete(id);
  if (question === undefined) return;
  const { name, asked } = question;
  if (error !== undefined) asked.failed(new Error(error));
  else {
    const found = object === undefined ? undefined : readObject(object);
    // Only if it was not forgotten since it was asked for.
    if (asking.get(name) === asked) namespaces.set(name, found);
    asked.found(found);
  }
  if (asking.get(name) === asked) asking.delete(name);
}

function forget(name: string | undefined): void {
  if (name === undefined) {
    namespaces.clear();
    asking.clear();
    return;
  }
  namespaces.delete(name);
  asking.delete(name);
}

function readObject(text: string): KubeObject {
  const parsed = parseJson(text);
  if (parsed.kind === "error") throw new Error(parsed.message);
  return parsed.value as KubeObject;
}

const log = makeLogger({
  level: config.text("log-level"),
  levelKey: config.text("log-level-key"),
  capital: config.text("log-level-encoder").startsWith("capital"),
  file: config.text("log-file"),
}).child({ logger: "webhook", hookType: "validation" });

// Only a provider's question needs the cluster here: this thread connects at the first one.
let connection: Promise<KubeClient> | undefined;
const connect = async (): Promise<KubeClient> => {
  connection ??= openClient(config).catch((error: unknown) => {
    connection = undefined;
    throw error;
  });
  return await connection;
};

const shared: Omit<AdmissionParts, "meter"> = {
  store,
  log,
  ownUser: `system:serviceaccount:${config.podNamespace}:gatekeeper-admin`,
  checkActions: !config.enabled("disable-enforcementaction-validation"),
  logDenies: config.enabled("log-denies"),
  logStats: config.enabled("log-stats-admission"),
  namespace: namespaceOf,
  answer: outsideAnswers(providerAccess({ config, store, log, ...(usesFolders(config) ? {} : { client: connect }) })),
};

async function review({ id, text, until }: Extract<ToReviewThread, { readonly kind: "review" }>): Promise<void> {
  let counted: Counted | undefined;
  const evaluations: (string | number)[] = [];
  const meter: AdmissionMeter = {
    request: (status, dryRun) => (counted = { status, dryRun }),
    evaluation: (template, seconds) => void evaluations.push(template, seconds),
  };
  const deadline = new Deadline(Math.max(0, until - clockMillis()));
  const answer = await answerReview(text, deadline, (request, _, plain) => admit({ ...shared, meter }, request, deadline, plain));
  deadline.clear();
  tell({ kind: "answer", id, text: answer, counted, evaluations });
}

port.on("message", (messages: readonly ToReviewThread[]) => messages.forEach(take));

function take(message: ToReviewThread): void {
  switch (message.kind) {
    case "review":
      void review(message);
      return;
    case "edit":
      store.edit({ kind: message.edit, object: readObject(message.object) });
      return;
    case "namespace":
      namespaceTold(message);
      return;
    case "forget":
      forget(message.namespace);
  }
}
