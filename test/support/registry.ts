/** A registry on this machine, over real sockets: artifacts in memory, with or without a login. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

/** A layer of an artifact. */
export interface Layer {
  readonly title?: string;
  readonly body: string | Uint8Array;
  readonly unpack?: boolean;
  /** What the manifest says of it instead of the truth. */
  readonly digest?: string;
}

/** How to log in; a `realm` without an origin is this server's. */
export type Login = { readonly kind: "basic" | "bearer"; readonly user: string; readonly password: string };

/** A running registry. */
export interface TestRegistry {
  readonly host: string;
  /** The paths that were asked for. */
  readonly asked: string[];
  close(): Promise<void>;
}

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const INDEX = "application/vnd.oci.image.index.v1+json";

/** Returns the digest of some bytes. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Returns a gzipped tar archive of members; a member whose text begins with `->` is a symbolic link. */
export function archive(members: Readonly<Record<string, string>>): Uint8Array {
  const blocks: Buffer[] = [];
  for (const [name, text] of Object.entries(members)) {
    const target = text.startsWith("->") ? text.slice(2) : undefined;
    const body = Buffer.from(target === undefined ? text : "");
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write("0000644\0", 100);
    header.write(`${body.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write(target === undefined ? "0" : "2", 156);
    header.write(target ?? "", 157);
    header.write("ustar\u000000", 257);
    header.fill(" ", 148, 156);
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, "0")}\0 `,
      148,
    );
    blocks.push(header, body, Buffer.alloc((512 - (body.length % 512)) % 512));
  }
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** Starts a registry that has artifacts by their repository; all are tagged `v1`, and `all` is an index of them. */
export async function startRegistry(artifacts: Readonly<Record<string, readonly Layer[]>>, login?: Login): Promise<TestRegistry> {
  const blobs = new Map<string, Uint8Array>();
  const manifests = new Map<string, { readonly body: Uint8Array; readonly type: string }>();
  for (const [name, layers] of Object.entries(artifacts)) {
    const body = Buffer.from(JSON.stringify(manifestOf(layers, blobs)));
    manifests.set(`${name}:v1`, { body, type: MANIFEST });
    manifests.set(`${name}:${digestOf(body)}`, { body, type: MANIFEST });
    const index = { schemaVersion: 2, mediaType: INDEX, manifests: [{ mediaType: MANIFEST, digest: digestOf(body), size: body.length }] };
    manifests.set(`${name}:all`, { body: Buffer.from(JSON.stringify(index)), type: INDEX });
  }
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (login !== undefined && !isLoggedIn(request, response, login)) return;
    const [, repository = "", kind, version = ""] = /^\/v2\/(.*)\/(manifests|blobs)\/(.*)$/.exec(request.url ?? "") ?? [];
    const manifest = kind === "manifests" ? manifests.get(`${repository}:${version}`) : undefined;
    const body = manifest?.body ?? (kind === "blobs" ? blobs.get(version) : undefined);
    if (body === undefined) {
      response.writeHead(404, { "content-type": "application/json" });
      response.end(JSON.stringify({ errors: [{ code: "MANIFEST_UNKNOWN", message: "manifest unknown" }] }));
      return;
    }
    response.writeHead(200, {
      "content-type": manifest?.type ?? "application/octet-stream",
      "content-length": body.length,
      "docker-content-digest": digestOf(body),
    });
    response.end(request.method === "HEAD" ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    asked,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function manifestOf(layers: readonly Layer[], blobs: Map<string, Uint8Array>): object {
  const empty = Buffer.from("{}");
  blobs.set(digestOf(empty), empty);
  return {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: "application/vnd.oci.empty.v1+json", digest: digestOf(empty), size: empty.length },
    layers: layers.map(({ title, body, unpack, digest }) => {
      const bytes = typeof body === "string" ? Buffer.from(body) : body;
      const named = digest ?? digestOf(bytes);
      blobs.set(named, bytes);
      const annotations = {
        ...(title === undefined ? {} : { "org.opencontainers.image.title": title }),
        ...(unpack === true ? { "io.deis.oras.content.unpack": "true" } : {}),
      };
      return { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest: named, size: bytes.length, annotations };
    }),
  };
}

const TOKEN = "a-token";

function isLoggedIn(request: IncomingMessage, response: ServerResponse, login: Login): boolean {
  const basic = `Basic ${Buffer.from(`${login.user}:${login.password}`).toString("base64")}`;
  const isBasic = request.headers.authorization === basic;
  if (request.url?.startsWith("/token")) {
    response.writeHead(isBasic ? 200 : 401, { "content-type": "application/json" });
    response.end(isBasic ? JSON.stringify({ token: TOKEN }) : "{}");
    return false;
  }
  if (login.kind === "basic" ? isBasic : request.headers.authorization === `Bearer ${TOKEN}`) return true;
  const realm = `http://${request.headers.host}/token`;
  const challenge = login.kind === "basic" ? 'Basic realm="here"' : `Bearer realm="${realm}",service="test",scope="repository:p:pull"`;
  response.writeHead(401, { "www-authenticate": challenge });
  response.end();
  return false;
}
