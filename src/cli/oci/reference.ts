/**
 * The name of an artifact in a registry, `registry/repository[:tag][@digest]`, taken apart with the checks and texts of the ORAS library.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests
 */
import { quote } from "../../rego/index.ts";

/** A name taken apart. */
export interface Reference {
  readonly registry: string;
  readonly repository: string;
  /** A tag or a digest. */
  readonly version: string;
}

const REPOSITORY = /^[a-z0-9]+(?:(?:[._]|__|-*)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-*)[a-z0-9]+)*)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;
const HOST = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?$/;

/** Longest name that is looked at: the patterns below need no more. */
const MAX_LENGTH = 1024;

/** Reads a name. */
export function readReference(text: string): Reference | { readonly error: string } {
  const slash = text.indexOf("/");
  if (slash < 0) return invalid("missing registry or repository");
  const registry = text.slice(0, slash);
  const path = text.slice(slash + 1);
  const at = path.indexOf("@");
  const beforeDigest = at < 0 ? path : path.slice(0, at);
  const colon = beforeDigest.indexOf(":");
  const repository = colon < 0 ? beforeDigest : beforeDigest.slice(0, colon);
  // A tag beside a digest says nothing.
  const tag = colon < 0 ? "" : beforeDigest.slice(colon + 1);
  const digest = at < 0 ? "" : path.slice(at + 1);
  if (!HOST.test(registry)) return invalid(`invalid registry ${quote(registry)}`);
  if (text.length > MAX_LENGTH || !REPOSITORY.test(repository)) return invalid(`invalid repository ${quote(repository)}`);
  if (digest !== "") {
    if (DIGEST.test(digest)) return { registry, repository, version: digest };
    return invalid(`invalid digest ${quote(digest)}: ${digestProblem(digest)}`);
  }
  if (tag !== "" && !TAG.test(tag)) return invalid(`invalid tag ${quote(tag)}`);
  return { registry, repository, version: tag === "" ? "latest" : tag };
}

function invalid(detail: string): { readonly error: string } {
  return { error: `invalid reference: ${detail}` };
}

function digestProblem(digest: string): string {
  const algorithm = digest.slice(0, Math.max(0, digest.indexOf(":")));
  if (algorithm === "") return "invalid checksum digest format";
  return ["sha256", "sha384", "sha512"].includes(algorithm) ? "invalid checksum digest length" : "unsupported digest algorithm";
}

/** Returns the host that answers for a registry. */
export function hostOf(registry: string): string {
  return registry === "docker.io" ? "registry-1.docker.io" : registry;
}

/** Tells whether a registry is on this machine, where it speaks plain HTTP. */
export function isLoopback(registry: string): boolean {
  const host = registry.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
  return host === "localhost" || /^127(?:\.\d{1,3}){3}$/.test(host) || host === "::1";
}
