/**
 * The review threads, seen from the main one, which keeps the connections and does no policy: gives each review to the thread with the least to do,
 * tells all of them every change, and starts one again that died. What a dead thread had not answered, and what comes before the first is ready, is
 * reviewed here.
 */
import { Worker } from "node:worker_threads";
import type { KubeObject } from "../../gatekeeper/index.ts";
import { writeJson } from "../../rego/index.ts";
import type { Logger } from "../effects/log.ts";
import type { AdmissionMeter } from "../effects/metrics.ts";
import { clockMillis, Deadline, type Waiting } from "../http/deadline.ts";
import type { PolicyStore, StoreEdit } from "../policy-store.ts";
import type { FromReviewThread, ToReviewThread } from "./review-messages.ts";
import { threadFile } from "./thread-file.ts";

/** What the pool needs. */
export interface ReviewPoolParts {
  readonly threads: number;
  /** The server's own arguments, which a thread reads again. */
  readonly argv: readonly string[];
  readonly store: PolicyStore;
  readonly namespace: (name: string, waiting: Waiting) => Promise<KubeObject | undefined> | KubeObject | undefined;
  readonly meter: AdmissionMeter;
  readonly log: Logger;
  /** Reviews in this thread. */
  readonly here: (text: string, deadline: Deadline) => Promise<string>;
}

/** Running threads. */
export interface ReviewPool {
  /** Answers a review's text with the answer's. */
  answer(text: string, deadline: Deadline): Promise<string>;
  /** Tells the threads that a Namespace changed, or that any may have. */
  forgetNamespace(name: string | undefined): void;
  /** How many threads have answered at least once. */
  readonly ready: number;
  /** Ends a thread without asking, as a crash would; another one follows. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

interface Asked {
  readonly text: string;
  readonly deadline: Deadline;
  readonly since: number;
  readonly done: (answer: string) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, Asked>;
  /** Messages that go together once everything that has arrived was looked at: waking a thread costs more than a message. */
  outbox: ToReviewThread[];
  online: boolean;
}

const RESTART_MILLIS = 1_000;

/** Starts the threads. */
export function startReviewPool(parts: ReviewPoolParts): ReviewPool {
  const { store, log, meter } = parts;
  const env = { ...process.env };
  const threads: Thread[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let stopping = false;
  let lastId = 0;

  const start = (): void => {
    const worker = new Worker(threadFile("review-worker"), { env, workerData: { argv: [...parts.argv] } });
    const thread: Thread = { worker, waiting: new Map(), outbox: [], online: false };
    threads.push(thread);
    store.eachEdit((edit) => send(thread, messageOf(edit)));
    worker.on("online", () => (thread.online = true));
    worker.on("message", (messages: readonly FromReviewThread[]) => {
      for (const message of messages) received(thread, message);
    });
    worker.on("error", (error) => log.error({ error }, "a review thread failed"));
    worker.on("exit", (code) => ended(thread, code));
  };

  function received(thread: Thread, message: FromReviewThread): void {
    if (message.kind === "namespace") {
      void lookUp(message.name).then((found) => send(thread, { kind: "namespace", id: message.id, ...found }));
      return;
    }
    const { id, text, counted, evaluations } = message;
    const waiting = thread.waiting.get(id);
    thread.waiting.delete(id);
    if (waiting === undefined) return;
    if (counted !== undefined) meter.request(counted.status, counted.dryRun, (clockMillis() - waiting.since) / 1000);
    for (let i = 0; i < evaluations.length; i += 2) meter.evaluation(evaluations[i] as string, evaluations[i + 1] as number);
    waiting.done(text);
  }

  async function lookUp(name: string): Promise<{ readonly object?: string; readonly error?: string }> {
    const deadline = new Deadline(NAMESPACE_MILLIS);
    try {
      const object = await parts.namespace(name, deadline);
      return object === undefined ? {} : { object: writeJson(object) };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    } finally {
      deadline.clear();
    }
  }

  function ended(thread: Thread, code: number): void {
    threads.splice(threads.indexOf(thread), 1);
    for (const { text, deadline, done } of thread.waiting.values()) void parts.here(text, deadline).then(done);
    thread.waiting.clear();
    if (stopping) return;
    log.error({ code }, "a review thread ended; starting another");
    const timer = setTimeout(() => {
      timers.delete(timer);
      start();
    }, RESTART_MILLIS);
    timers.add(timer);
  }

  store.onEdit((edit) => {
    if (threads.length === 0) return;
    const message = messageOf(edit);
    for (const thread of threads) send(thread, message);
  });
  for (let i = 0; i < parts.threads; i++) start();
  return {
    get ready() {
      return threads.filter(({ online }) => online).length;
    },
    answer(text, deadline) {
      const thread = leastBusy(threads);
      if (thread === undefined) return parts.here(text, deadline);
      const id = ++lastId;
      return new Promise((done) => {
        thread.waiting.set(id, { text, deadline, since: clockMillis(), done });
        send(thread, { kind: "review", id, text, until: deadline.until });
      });
    },
    forgetNamespace(namespace) {
      for (const thread of threads) send(thread, { kind: "forget", namespace });
    },
    crash: async () => void (await threads[0]?.worker.terminate()),
    async stop() {
      stopping = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

/** As long as a review may take at all. */
const NAMESPACE_MILLIS = 30_000;

function send(thread: Thread, message: ToReviewThread): void {
  if (thread.outbox.push(message) > 1) return;
  setImmediate(() => {
    const { outbox } = thread;
    thread.outbox = [];
    thread.worker.postMessage(outbox);
  });
}

function messageOf({ kind, object }: StoreEdit): ToReviewThread {
  return { kind: "edit", edit: kind, object: writeJson(object) };
}

function leastBusy(threads: readonly Thread[]): Thread | undefined {
  let best: Thread | undefined;
  for (const thread of threads) if (thread.online && (best === undefined || thread.waiting.size < best.waiting.size)) best = thread;
  return best;
}
