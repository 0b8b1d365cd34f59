/**
 * Sends questions to providers of external data: POST over TLS 1.3, the provider's own bundle as the only trust, our certificate when there is
 * one, and the provider's time as the deadline. Connections are kept per provider and made anew when it changes. Never rejects: a failure is a
 * text in the original's words. https://open-policy-agent.github.io/gatekeeper/website/docs/externaldata
 */
import { Agent, request } from "undici";
import type { Provider, Sent } from "../../gatekeeper/index.ts";
import type { KeyPair } from "./certificates.ts";
import { networkErrorText } from "./network-error.ts";

/** Idle connections are closed after as long as the original keeps them. */
const IDLE_MILLIS = 90_000;
/** Connections to one provider at a time, as the original keeps per host. */
const CONNECTIONS = 10;
/** An answer longer than this is no answer to a few keys. */
const BODY_LIMIT = 16 * 1024 * 1024;

interface Connection {
  /** What the agent was made from; another text means another agent. */
  readonly identity: string;
  readonly agent: Agent;
}

/** Sends to providers, with one pool of connections for each. */
export class ProviderSender {
  readonly #connections = new Map<string, Connection>();

  /** Sends a body. `client` is the certificate to show, when the provider asks for one. */
  async send(provider: Provider, body: string, client?: KeyPair): Promise<Sent> {
    // The original's deadline is `timeout` seconds from now, so none at all leaves no time.
    if (provider.timeout <= 0) return failed(provider, "context deadline exceeded");
    const signal = AbortSignal.timeout(provider.timeout * 1000);
    try {
      const response = await request(provider.url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
        signal,
        dispatcher: this.#agentFor(provider, client),
      });
      return await readBody(response.statusCode, response.body);
    } catch (error) {
      return failed(provider, signal.aborted ? "context deadline exceeded" : networkErrorText(causeOf(error)));
    }
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    const all = [...this.#connections.values()];
    this.#connections.clear();
    await Promise.all(all.map(({ agent }) => agent.close()));
  }

  #agentFor({ name, url, timeout, caBundle }: Provider, client: KeyPair | undefined): Agent {
    const identity = JSON.stringify([url, timeout, caBundle, client]);
    const known = this.#connections.get(name);
    if (known?.identity === identity) return known.agent;
    void known?.agent.close();
    const certificate = client === undefined ? {} : { cert: client.certificate, key: client.key };
    const agent = new Agent({
      keepAliveTimeout: IDLE_MILLIS,
      connections: CONNECTIONS,
      connect: { ca: caBundle, minVersion: "TLSv1.3", timeout: timeout * 1000, ...certificate },
    });
    this.#connections.set(name, { identity, agent });
    return agent;
  }
}

async function readBody(status: number, body: AsyncIterable<Buffer>): Promise<Sent> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.length;
      if (size > BODY_LIMIT) return { error: `failed to read external data response: the answer is longer than ${BODY_LIMIT} bytes` };
      chunks.push(chunk);
    }
  } catch (error) {
    return { error: `failed to read external data response: ${networkErrorText(causeOf(error))}` };
  }
  return { status, body: Buffer.concat(chunks).toString("utf8") };
}

function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error;
}

function failed({ url }: Provider, reason: string): Sent {
  return { error: `failed to send external data request: Post ${JSON.stringify(url)}: ${reason}` };
}

const shared = new ProviderSender();

/** Sends a body with the process's own connections. */
export function sendToProvider(provider: Provider, body: string, client?: KeyPair): Promise<Sent> {
  return shared.send(provider, body, client);
}
