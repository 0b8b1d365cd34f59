/**
 * The HTTPS door: HTTP/2 and HTTP/1.1 on one port, limits against slow and greedy clients, certificates that change without a restart,
 * and a drain that lets every accepted request finish. What a request means is decided by the handler.
 */
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse, type ServerHttp2Session } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import type { TLSSocket } from "node:tls";

/** A response as the listener hands it on, HTTP/1.1 or HTTP/2. */
export type AnyResponse = ServerResponse | Http2ServerResponse;

/** Answers one request; a rejected promise becomes a bare 500. */
export type RequestHandler = (request: IncomingMessage | Http2ServerRequest, response: AnyResponse) => Promise<void> | void;

/** Certificate chain and key, PEM. */
export interface TlsMaterial {
  readonly certificate: string;
  readonly key: string;
}

/** TLS versions by the names Gatekeeper's flag takes. */
export const TLS_VERSIONS = { "1.0": "TLSv1", "1.1": "TLSv1.1", "1.2": "TLSv1.2", "1.3": "TLSv1.3" } as const;

/** How to listen. `tls` absent means plain HTTP (health and metrics ports). */
export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsMaterial & {
    readonly minVersion: keyof typeof TLS_VERSIONS;
    /** PEM of the authority that client certificates must come from; absent = no client certificate is asked for. */
    readonly clientAuthority?: string;
    /** Common name that a client certificate must carry. */
    readonly clientName?: string;
  };
  /** Milliseconds a whole request may take to arrive. */
  readonly requestTimeoutMillis: number;
  /** Told of clients that were turned away for the certificate they brought. */
  readonly onRefused?: (reason: string) => void;
}

/** A running listener. */
export interface Listener {
  readonly port: number;
  /** Serves new connections with another certificate; open ones keep theirs. */
  setCertificate(material: TlsMaterial): void;
  /** Stops accepting, lets accepted requests finish for at most `graceMillis`, then closes what is left. */
  drain(graceMillis: number): Promise<void>;
}

// An API server holds one or a few connections with many streams; 1,000 leaves room and bounds what one peer can pile up.
const MAX_STREAMS = 1000;
const HEADERS_TIMEOUT_MILLIS = 5_000;
const HANDSHAKE_TIMEOUT_MILLIS = 10_000;
/** How often HTTP/1.1 connections are looked at for requests that take too long to arrive. */
const CHECK_MILLIS = 1_000;
/** How long HTTP/1.1 connections have for hearing that they should close. */
const FAREWELL_MILLIS = 300;
/** What a connection has for sending its last bytes once everything is answered. */
const GOODBYE_MILLIS = 1_000;

/** Starts listening; resolves when the port is open and rejects when it cannot be. */
export async function startListener(options: ListenerOptions, handler: RequestHandler): Promise<Listener> {
  const { tls } = options;
  const inFlight = new Set<AnyResponse>();
  const sessions = new Set<ServerHttp2Session>();
  const sockets = new Set<Socket>();
  let draining = false;

  const onRequest = (request: IncomingMessage | Http2ServerRequest, response: AnyResponse): void => {
    inFlight.add(response);
    response.on("close", () => inFlight.delete(response));
    if (draining && request.httpVersionMajor === 1) response.setHeader("connection", "close");
    Promise.resolve()
      .then(() => handler(request, response))
      .catch(() => {
        if (!response.headersSent) response.statusCode = 500;
        response.end();
      });
  };

  const server = tls ? secureServer(tls, options.requestTimeoutMillis, onRequest) : createHttpServer(http1Limits(options), onRequest);
  server.setTimeout(options.requestTimeoutMillis * 4); // idle connections of any protocol
  server.on("session", (session: ServerHttp2Session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  });
  if (tls?.clientName !== undefined) refuseStrangers(server, tls.clientName, options.onRefused);
  server.on("clientError", (_error: Error, socket: Socket) => socket.destroy());
  server.on("tlsClientError", (_error: Error, socket: Socket) => socket.destroy());

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host === "" ? undefined : options.host, () => resolve());
  });

  return {
    port: (server.address() as AddressInfo).port,
    setCertificate: ({ certificate, key }) => {
      if ("setSecureContext" in server && tls !== undefined) server.setSecureContext(contextOf({ ...tls, certificate, key }));
    },
    drain: async (graceMillis) => {
      draining = true;
      // Over HTTP/1.1 a connection that is closed while the next request is on its way fails that request: until now each answer said "close".
      if (sockets.size > sessions.size) await new Promise((resolve) => setTimeout(resolve, Math.min(FAREWELL_MILLIS, graceMillis)));
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const session of sessions) session.close(); // GOAWAY: open streams finish, new ones go elsewhere
      const until = performance.now() + graceMillis;
      while (inFlight.size > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
      if ("closeIdleConnections" in server) server.closeIdleConnections();
      const goodbye = performance.now() + Math.min(GOODBYE_MILLIS, graceMillis);
      while (sockets.size > 0 && performance.now() < goodbye) await new Promise((resolve) => setTimeout(resolve, 10));
      for (const session of sessions) session.destroy();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function http1Limits({ requestTimeoutMillis }: { readonly requestTimeoutMillis: number }) {
  return {
    headersTimeout: Math.min(HEADERS_TIMEOUT_MILLIS, requestTimeoutMillis),
    requestTimeout: requestTimeoutMillis,
    connectionsCheckingInterval: Math.min(CHECK_MILLIS, requestTimeoutMillis),
  };
}

/** Everything a TLS context is made of; a context without some of it would forget that part when the certificate changes. */
function contextOf(tls: NonNullable<ListenerOptions["tls"]>) {
  return {
    cert: tls.certificate,
    key: tls.key,
    minVersion: TLS_VERSIONS[tls.minVersion],
    ...(tls.clientAuthority === undefined ? {} : { ca: tls.clientAuthority }),
  };
}

function secureServer(
  tls: NonNullable<ListenerOptions["tls"]>,
  requestTimeoutMillis: number,
  onRequest: (request: never, response: never) => void,
) {
  return createSecureServer(
    {
      allowHTTP1: true,
      ...http1Limits({ requestTimeoutMillis }),
      ...contextOf(tls),
      handshakeTimeout: HANDSHAKE_TIMEOUT_MILLIS,
      settings: { maxConcurrentStreams: MAX_STREAMS },
      ...(tls.clientAuthority === undefined ? {} : { requestCert: true, rejectUnauthorized: true }),
    },
    onRequest as (request: Http2ServerRequest, response: Http2ServerResponse) => void,
  );
}

// The connection ends before any request on it is read, as if the handshake had failed.
function refuseStrangers(
  server: { on(event: "secureConnection", listener: (socket: TLSSocket) => void): unknown },
  wanted: string,
  onRefused: ((reason: string) => void) | undefined,
): void {
  server.on("secureConnection", (socket) => {
    const reason = clientRefusal(socket, wanted);
    if (reason === undefined) return;
    onRefused?.(reason);
    socket.destroy();
  });
}

function clientRefusal(socket: TLSSocket, wanted: string): string | undefined {
  const peer = socket.getPeerCertificate();
  if (Object.keys(peer).length === 0) return "failed to verify CN name of certificate";
  const name = String(peer.subject?.CN ?? "");
  return name === wanted ? undefined : `x509: subject with cn=${name} do not identify as ${wanted}`;
}
