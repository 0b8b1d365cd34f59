/**
 * How a server asks providers of external data: with its own certificate, as the original does, so that a provider can tell who asks. The
 * certificate is that of the folder where one is mounted, else that of the secret, and is read again now and then, since it is rotated.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/externaldata
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ExternalDataAccess, ResponseCache } from "../gatekeeper/index.ts";
import type { KubeClient } from "./cluster/client.ts";
import { SECRETS } from "./cluster/kinds.ts";
import type { ServerConfig } from "./config.ts";
import type { KeyPair } from "./effects/certificates.ts";
import type { Logger } from "./effects/log.ts";
import { SECRET_NAME, servingPairIn } from "./loops/certificates.ts";
import type { PolicyStore } from "./policy-store.ts";

/** What asking needs of the server. */
export interface ProviderParts {
  readonly config: ServerConfig;
  readonly store: PolicyStore;
  readonly log: Logger;
  /** Returns the connection to the cluster; absent without a cluster, where nobody has a certificate. */
  readonly client?: () => Promise<KubeClient>;
}

/** A certificate is read again after this time. */
const KEEP_MILLIS = 30_000;

/** Returns how policies' questions reach providers. */
export function providerAccess(parts: ProviderParts): ExternalDataAccess {
  const { config, store, client } = parts;
  const ttl = config.duration("external-data-provider-response-cache-ttl") / 1e9;
  const pair = client === undefined ? async () => undefined : ownPair(parts, client);
  return {
    provider: (name) => store.current.providers.get(name),
    send: async (provider, body) => {
      const [{ sendToProvider }, own] = await Promise.all([import("./effects/external-data.ts"), pair()]);
      return await sendToProvider(provider, body, own);
    },
    cache: ttl > 0 ? new ResponseCache(ttl) : undefined,
    nowSeconds: () => performance.now() / 1000,
  };
}

/** Reads the certificate at most twice a minute; one that cannot be read now is used as it was, or the provider is asked without. */
function ownPair({ config, log }: ProviderParts, client: () => Promise<KubeClient>): () => Promise<KeyPair | undefined> {
  let known: KeyPair | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  const read = async (): Promise<void> => {
    try {
      known = mountedPair(config.text("cert-dir")) ?? (await secretPair(await client(), config.podNamespace)) ?? known;
    } catch (error) {
      log.warn({ error }, "the certificate to show providers of external data cannot be read");
    }
    readAt = performance.now();
  };
  return async () => {
    if (performance.now() - readAt > KEEP_MILLIS) {
      reading ??= read().finally(() => {
        reading = undefined;
      });
      await reading;
    }
    return known;
  };
}

function mountedPair(folder: string): KeyPair | undefined {
  try {
    return { certificate: readFileSync(join(folder, "tls.crt"), "utf8"), key: readFileSync(join(folder, "tls.key"), "utf8") };
  } catch {
    return undefined; // nothing is mounted there
  }
}

async function secretPair(client: KubeClient, namespace: string): Promise<KeyPair | undefined> {
  const secret = await client.get(SECRETS, { namespace, name: SECRET_NAME });
  return secret === undefined ? undefined : servingPairIn(secret);
}
