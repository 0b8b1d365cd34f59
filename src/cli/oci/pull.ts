/**
 * Pulls an artifact: the files that its layers hold, by name. A layer with a title is a file, or an archive of a folder if it says that it is
 * to be unpacked; layers without one are no files and are left where they are. Nothing is written to the disk, so a name that leads out of
 * the artifact leads nowhere; it is refused all the same. Digests, sizes and the sum of all sizes are checked.
 * https://github.com/opencontainers/image-spec/blob/main/manifest.md
 */
import { createHash } from "node:crypto";
import { posix } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { isPlainObject, type PlainObject, parseJson, quote, type Value } from "../../rego/index.ts";
import type { Effects } from "../effects.ts";
import { untar } from "../tar.ts";
import { type Reference, readReference } from "./reference.ts";
import { openRepository, PullError, type Repository } from "./registry.ts";

/** A file of an artifact: its path and its bytes. */
interface ArtifactFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The files in the order of a walk by names, or why there are none. */
export type PulledArtifact = { readonly files: readonly ArtifactFile[] } | { readonly error: string };

const MANIFEST_TYPES = [
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.artifact.manifest.v1+json",
];
const TITLE = "org.opencontainers.image.title";
const UNPACK = "io.deis.oras.content.unpack";

/** The original's own bound on a manifest. */
const MANIFEST_LIMIT = 4 << 20;
/** Policies are texts: an artifact that is larger than this, packed or unpacked, is none. */
const ARTIFACT_LIMIT = 512 << 20;
const MAX_FILES = 100_000;
const MAX_MANIFESTS = 1_000;

/** Pulls an artifact. */
export async function pullArtifact(image: string, effects: Effects, plainHttp: boolean): Promise<PulledArtifact> {
  const reference = readReference(image);
  if ("error" in reference) return { error: `parsing OCI reference ${quote(image)}: ${reference.error}` };
  const pull = new Pull(openRepository(reference, effects, plainHttp), nameOf(reference));
  try {
    await pull.manifest(reference.version, undefined);
    return { files: pull.files() };
  } catch (error) {
    if (!(error instanceof PullError)) throw error;
    return { error: `pulling artifact ${quote(image)}: ${error.message}` };
  }
}

const FETCHING = 'failed to perform "Fetch" on source: ';
const PLACING = 'failed to perform "Push" on destination: ';

function nameOf({ registry, repository, version }: Reference): string {
  return `${registry}/${repository}${version.includes(":") ? "@" : ":"}${version}`;
}

/** A part of an artifact, as a manifest names it. */
interface Descriptor {
  readonly digest: string;
  readonly size: number;
  readonly annotations: PlainObject;
}

const gunzipAsync = promisify(gunzip);

class Pull {
  readonly #repository: Repository;
  readonly #name: string;
  readonly #files = new Map<string, Uint8Array>();
  readonly #titles = new Set<string>();
  readonly #manifests = new Set<string>();
  #left = ARTIFACT_LIMIT;

  constructor(repository: Repository, name: string) {
    this.#repository = repository;
    this.#name = name;
  }

  files(): readonly ArtifactFile[] {
    const names = [...this.#files.keys()].map((path) => path.split("/"));
    return names.sort(byNames).map((parts) => ({ path: parts.join("/"), bytes: this.#files.get(parts.join("/")) ?? new Uint8Array() }));
  }

  /** Reads a manifest, or the manifests that an index names. */
  async manifest(version: string, expected: Descriptor | undefined): Promise<void> {
    if (this.#manifests.has(version)) return;
    if (this.#manifests.size >= MAX_MANIFESTS) throw new PullError("too many manifests");
    this.#manifests.add(version);
    const from = expected === undefined ? 'failed to perform "FetchReference" on source: ' : FETCHING;
    const missing = `${expected === undefined ? this.#name : version}: not found`;
    const options = { accept: MANIFEST_TYPES.join(", "), limit: MANIFEST_LIMIT, prefix: from, missing };
    const { body } = await this.#repository.get(`manifests/${version}`, options);
    checkContent(body, version.includes(":") ? { digest: version, size: expected?.size ?? body.length } : undefined);
    const read = parseJson(new TextDecoder().decode(body));
    if (read.kind === "error" || !isPlainObject(read.value)) throw new PullError(`manifest ${quote(version)} is no JSON object`);
    for (const child of descriptorsAt(read.value, "manifests")) await this.manifest(child.digest, child);
    for (const layer of [...descriptorsAt(read.value, "layers"), ...descriptorsAt(read.value, "blobs")]) await this.#layer(layer);
  }

  async #layer(layer: Descriptor): Promise<void> {
    const title = layer.annotations[TITLE];
    if (typeof title !== "string" || title === "") return;
    if (this.#titles.has(title)) throw new PullError(`${PLACING}${title}: duplicate name`);
    this.#titles.add(title);
    const path = insidePath(title);
    if (path === undefined) throw new PullError(`${PLACING}failed to resolve path for writing: path traversal disallowed`);
    const limit = this.#left;
    if (layer.size > limit) throw new PullError(`artifact is larger than ${ARTIFACT_LIMIT} bytes`);
    const { body } = await this.#repository.get(`blobs/${layer.digest}`, {
      accept: "*/*",
      limit: layer.size + 1,
      prefix: FETCHING,
      missing: `${layer.digest}: not found`,
    });
    checkContent(body, layer);
    if (layer.annotations[UNPACK] === "true") await this.#unpack(title, path, body);
    else this.#add(path, body);
  }

  #add(path: string, bytes: Uint8Array): void {
    this.#left -= bytes.length;
    if (this.#left < 0) throw new PullError(`artifact is larger than ${ARTIFACT_LIMIT} bytes`);
    if (this.#files.size >= MAX_FILES) throw new PullError(`artifact has more than ${MAX_FILES} files`);
    this.#files.set(path, bytes);
  }

  async #unpack(title: string, directory: string, packed: Uint8Array): Promise<void> {
    const failed = (text: string): PullError => new PullError(`${PLACING}failed to extract tar to ${directory}: ${text}`);
    const tar = await gunzipAsync(packed, { maxOutputLength: this.#left }).catch((error: { readonly code?: string }) => {
      throw error.code === "ERR_BUFFER_TOO_LARGE"
        ? new PullError(`artifact is larger than ${ARTIFACT_LIMIT} bytes`)
        : failed("gzip: invalid header");
    });
    const links: (readonly [from: string, to: string])[] = [];
    for (const { name, kind, target, body } of untar(tar)) {
      // Members are named with the title in front.
      const below = insidePath(posix.relative(title, name));
      if (below === undefined) throw failed(`${quote(name)} is outside of ${quote(title)}`);
      const path = posix.join(directory, below);
      if (kind === "file") this.#add(path, body);
      else {
        const to = insidePath(
          kind === "link" ? posix.join(directory, posix.relative(title, target)) : posix.join(posix.dirname(path), target),
        );
        if (to === undefined || posix.isAbsolute(target)) throw failed(`${quote(target)} is outside of ${quote(title)}`);
        links.push([path, to]);
      }
    }
    for (const [from, to] of links) {
      const bytes = this.#files.get(to);
      if (bytes !== undefined) this.#add(from, bytes);
    }
  }
}

/** Returns a path in its plain form; undefined when it leads out of where it starts. */
function insidePath(path: string): string | undefined {
  const plain = posix.normalize(path);
  return plain === ".." || plain.startsWith("../") || posix.isAbsolute(plain) ? undefined : plain;
}

// A walk visits a folder where its name stands among its siblings.
function byNames(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = Buffer.compare(Buffer.from(a[i] ?? ""), Buffer.from(b[i] ?? ""));
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function checkContent(body: Uint8Array, expected: { readonly digest: string; readonly size: number } | undefined): void {
  if (expected === undefined) return;
  const [algorithm = "", hash] = expected.digest.split(":");
  if (!["sha256", "sha384", "sha512"].includes(algorithm)) throw new PullError(`${expected.digest}: unsupported digest algorithm`);
  if (body.length < expected.size) throw new PullError("unexpected EOF");
  if (body.length > expected.size) throw new PullError("trailing data");
  if (createHash(algorithm).update(body).digest("hex") !== hash) throw new PullError(`mismatched digest: ${expected.digest}`);
}

function descriptorsAt(manifest: PlainObject, key: string): readonly Descriptor[] {
  const list: Value | undefined = Object.hasOwn(manifest, key) ? manifest[key] : undefined;
  if (!Array.isArray(list)) return [];
  return (list as readonly Value[]).filter(isPlainObject).map((entry) => {
    const { digest, size, annotations } = entry;
    if (typeof digest !== "string" || typeof size !== "number" || !/^\w+:[a-f0-9]+$/.test(digest))
      throw new PullError("invalid descriptor");
    return { digest, size, annotations: isPlainObject(annotations) ? annotations : {} };
  });
}
