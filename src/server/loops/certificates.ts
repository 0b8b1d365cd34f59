/**
 * Keeps the webhook's certificates: made and rotated in the secret that Gatekeeper uses, or read from a folder that somebody else fills; the
 * authority goes into the webhook configurations so that the API server trusts it. A change is served without a restart.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/operations
 */
import { readFileSync, watch } from "node:fs";
import { join } from "node:path";
import type { KubeObject } from "../../gatekeeper/index.ts";
import { fieldAt, nameOf } from "../../gatekeeper/index.ts";
import { isPlainObject, type PlainObject } from "../../rego/index.ts";
import { type KubeClient, type Resource, updateWithRetries } from "../cluster/client.ts";
import { SECRETS } from "../cluster/kinds.ts";
import { type Reflector, startReflector } from "../cluster/reflector.ts";
import { KubeError, pause } from "../cluster/transport.ts";
import {
  isAuthorityGood,
  isServerCertificateGood,
  issueServerCertificate,
  type KeyPair,
  type Lifetimes,
  makeAuthority,
  type ServerIdentity,
} from "../effects/certificates.ts";
import type { Logger } from "../effects/log.ts";
import type { TlsMaterial } from "../http/listener.ts";

/** The secret that holds the pairs, as in the original. */
export const SECRET_NAME = "gatekeeper-webhook-server-cert";
const AUTHORITY_NAME = "gatekeeper-ca";
const ORGANIZATION = "gatekeeper";

/** What rotation needs. */
export interface CertificateParts {
  readonly client: KubeClient;
  readonly log: Logger;
  readonly namespace: string;
  readonly identity: ServerIdentity;
  /** Configurations that get the authority. */
  readonly webhooks: readonly { readonly resource: Resource; readonly name: string }[];
  /** Told of every new serving certificate. */
  readonly onChange: (material: TlsMaterial) => void;
  readonly now?: () => Date;
  /** Other lifetimes than the original's. */
  readonly lifetimes?: Lifetimes;
  /** Milliseconds between two looks at the secret and the configurations. */
  readonly lookMillis?: number;
}

/** Certificates that are looked after. */
export interface CertificateLoop {
  /** What to serve at first. */
  readonly material: TlsMaterial;
  /** Looks at everything once more, now. */
  check(): Promise<void>;
  stop(): void;
}

interface Pairs {
  readonly authority: KeyPair;
  readonly server: KeyPair;
}

/** Starts rotation; resolves when there is a certificate to serve. */
export async function startRotation(parts: CertificateParts): Promise<CertificateLoop> {
  const abort = new AbortController();
  const { lookMillis = LOOK_MILLIS } = parts;
  let pairs = await ensurePairs(parts);
  await injectAuthority(parts, pairs.authority.certificate);
  let served = pairs.server.certificate;
  const look = async (): Promise<void> => {
    try {
      const former = pairs.authority.certificate;
      pairs = await ensurePairs(parts);
      const { certificate } = pairs.authority;
      // Until every pod serves the new certificate the old authority is trusted as well; the next look leaves it out.
      await injectAuthority(parts, certificate === former ? certificate : `${certificate}${former}`);
      if (certificate !== former) await pause(Math.min(SETTLE_MILLIS, lookMillis / 2), abort.signal);
      if (pairs.server.certificate !== served) {
        served = pairs.server.certificate;
        parts.onChange(pairs.server);
        parts.log.info("serving a new certificate");
      }
    } catch (error) {
      parts.log.error({ error }, "certificates could not be checked; trying again");
    }
  };
  // One after another: the clock, an operator and a changed configuration may all ask.
  let looking = Promise.resolve();
  const check = (): Promise<void> => {
    looking = looking.then(look);
    return looking;
  };
  const watches = watchConfigurations(parts, () => void check());
  void (async () => {
    // The secret and the configurations are looked at often (somebody may replace them), the dates seldom matter.
    while (!abort.signal.aborted) {
      await pause(lookMillis, abort.signal);
      if (!abort.signal.aborted) await check();
    }
  })();
  const stop = (): void => {
    abort.abort();
    for (const watch of watches) watch.stop();
  };
  return { material: pairs.server, check, stop };
}

/** Calls back when one of our configurations comes or changes: without the authority the API server would not ask us. */
function watchConfigurations({ client, webhooks }: CertificateParts, changed: () => void): readonly Reflector[] {
  const resources = [...new Set(webhooks.map(({ resource }) => resource))];
  return resources.map((resource) => {
    const names = new Set(webhooks.filter((each) => each.resource === resource).map(({ name }) => name));
    return startReflector(client, resource, {
      changed: (object) => {
        if (names.has(nameOf(object))) changed();
      },
      deleted: () => undefined,
    });
  });
}

// Twice a minute is seldom enough for the API server and often enough for an operator who replaced the secret.
const LOOK_MILLIS = 30_000;
/** API servers take a moment to hear of a new authority; until then they would refuse what it signed. */
const SETTLE_MILLIS = 2_000;

/** Returns the pairs in the secret, after replacing what is not good there any more. */
async function ensurePairs(parts: CertificateParts): Promise<Pairs> {
  const now = parts.now?.() ?? new Date();
  const { lifetimes, identity } = parts;
  for (let attempt = 0; ; attempt++) {
    const secret = await parts.client.get(SECRETS, { namespace: parts.namespace, name: SECRET_NAME });
    const held = secret === undefined ? undefined : pairsIn(secret);
    const good = held !== undefined && isAuthorityGood(held.authority, now, lifetimes) ? held.authority : undefined;
    if (held && good && isServerCertificateGood(held.server, good, identity, now, lifetimes)) return held;
    const authority = good ?? (await makeAuthority(AUTHORITY_NAME, ORGANIZATION, now, lifetimes));
    const made = { authority, server: await issueServerCertificate(authority, identity, now, lifetimes) };
    try {
      if (secret === undefined) await parts.client.create(SECRETS, newSecret(parts.namespace, made), parts.namespace);
      else await parts.client.update(SECRETS, { namespace: parts.namespace, name: SECRET_NAME }, { ...secret, data: dataOf(made) });
      parts.log.info({ secret: SECRET_NAME }, "made new certificates");
      return made;
    } catch (error) {
      // Another pod was faster: its pairs are as good as ours.
      if (!(error instanceof KubeError) || error.code !== 409 || attempt > 9) throw error;
      await pause(10 * 2 ** attempt);
    }
  }
}

function pairsIn(secret: KubeObject): Pairs | undefined {
  const authority = { certificate: textIn(secret, "ca.crt"), key: textIn(secret, "ca.key") };
  const server = servingPairIn(secret);
  return authority.certificate === "" || server === undefined ? undefined : { authority, server };
}

/** Returns the serving certificate of the secret, and its key. */
export function servingPairIn(secret: KubeObject): KeyPair | undefined {
  const pair = { certificate: textIn(secret, "tls.crt"), key: textIn(secret, "tls.key") };
  return pair.certificate === "" ? undefined : pair;
}

function textIn(secret: KubeObject, name: string): string {
  const value = fieldAt(secret, "data", name);
  return typeof value === "string" ? Buffer.from(value, "base64").toString() : "";
}

function dataOf({ authority, server }: Pairs): PlainObject {
  const encoded = { "ca.crt": authority.certificate, "ca.key": authority.key, "tls.crt": server.certificate, "tls.key": server.key };
  return Object.fromEntries(Object.entries(encoded).map(([name, text]) => [name, Buffer.from(text).toString("base64")]));
}

function newSecret(namespace: string, pairs: Pairs): PlainObject {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: SECRET_NAME, namespace, labels: { "gatekeeper.sh/system": "yes" } },
    data: dataOf(pairs),
  };
}

/** Writes the authority into every entry of the webhook configurations that lacks it. */
async function injectAuthority(parts: CertificateParts, authority: string): Promise<void> {
  const bundle = Buffer.from(authority).toString("base64");
  for (const { resource, name } of parts.webhooks) {
    let found = false;
    await updateWithRetries(parts.client, resource, { name }, (current) => {
      found = true;
      return withBundle(current, bundle);
    });
    if (!found) parts.log.warn({ name }, "Webhook not found. Unable to update certificate.");
  }
}

function withBundle(configuration: PlainObject, bundle: string): PlainObject | undefined {
  const webhooks = configuration["webhooks"];
  if (!Array.isArray(webhooks)) return undefined;
  const lacking = webhooks.some((webhook) => fieldAt(webhook, "clientConfig", "caBundle") !== bundle);
  if (!lacking) return undefined;
  const updated = webhooks.map((webhook) =>
    isPlainObject(webhook) ? { ...webhook, clientConfig: { ...(webhook["clientConfig"] as PlainObject), caBundle: bundle } } : webhook,
  );
  return { ...configuration, webhooks: updated };
}

/** Serves the certificate of a folder and follows its changes; Kubernetes replaces a mounted secret by renaming a folder inside. */
export function followFolder(folder: string, log: Logger, onChange: (material: TlsMaterial) => void): CertificateLoop {
  const read = (): TlsMaterial => ({
    certificate: readFileSync(join(folder, "tls.crt"), "utf8"),
    key: readFileSync(join(folder, "tls.key"), "utf8"),
  });
  let served = read();
  const check = async (): Promise<void> => {
    try {
      const now = read();
      if (now.certificate === served.certificate && now.key === served.key) return;
      served = now;
      onChange(now);
      log.info({ folder }, "serving a new certificate");
    } catch (error) {
      log.warn({ error, folder }, "the new certificate cannot be read yet");
    }
  };
  const watcher = watch(folder, () => void check());
  watcher.unref();
  return { material: served, check, stop: () => watcher.close() };
}
