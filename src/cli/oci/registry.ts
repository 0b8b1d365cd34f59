/**
 * Reads from a registry over the OCI distribution API: requests that log in when they are asked to, with a name and password or for a token,
 * and answers whose size is bounded. https://distribution.github.io/distribution/spec/auth/token/
 */
import { STATUS_CODES } from "node:http";
import { isPlainObject, type PlainObject, parseJson, quote } from "../../rego/index.ts";
import { type Effects, type HttpAnswer, type HttpRequest, NetworkError } from "../effects.ts";
import { findCredentials } from "./credentials.ts";
import { hostOf, isLoopback, type Reference } from "./reference.ts";

/** What stops a pull; its text is for the user. */
export class PullError extends Error {}

/** A repository of a registry. */
export interface Repository {
  /** Asks for a path below the repository, e.g. `manifests/latest`. */
  get(path: string, options: GetOptions): Promise<HttpAnswer>;
}

/** What is asked for, and how failures are told. */
interface GetOptions {
  readonly accept: string;
  /** The most bytes of an answer. */
  readonly limit: number;
  /** What failures begin with. */
  readonly prefix: string;
  /** What to say when there is nothing. */
  readonly missing: string;
}

const OK = 200;
const UNAUTHORIZED = 401;
const NOT_FOUND = 404;
/** Tokens and error texts are small. */
const SMALL_ANSWER = 1 << 20;

/** Opens a repository; it logs in when the registry first asks it to. */
export function openRepository({ registry, repository }: Reference, effects: Effects, plainHttp: boolean): Repository {
  const host = hostOf(registry);
  const base = `${plainHttp || isLoopback(registry) ? "http" : "https"}://${host}/v2/${repository}`;
  let authorization: string | undefined;
  const send = (url: string, accept: string, limit: number): Promise<HttpAnswer> =>
    exchange({ url, method: "GET", headers: { accept, ...(authorization === undefined ? {} : { authorization }) }, limit }, effects);
  const get = async (path: string, { accept, limit, missing }: GetOptions): Promise<HttpAnswer> => {
    const url = `${base}/${path}`;
    let answer = await send(url, accept, limit);
    // A redirect leads elsewhere; only the registry itself may ask for its password.
    if (answer.status === UNAUTHORIZED && new URL(answer.url).host === new URL(url).host) {
      authorization = await logIn(answer, { url, host, scope: `repository:${repository}:pull` }, effects);
      if (authorization !== undefined) answer = await send(url, accept, limit);
    }
    if (answer.status === NOT_FOUND) throw new PullError(missing);
    if (answer.status !== OK) throw new PullError(`GET ${quote(url)}: ${statusText(answer)}`);
    return answer;
  };
  return {
    get: (path, options) =>
      get(path, options).catch((error: unknown) => {
        throw error instanceof PullError ? new PullError(`${options.prefix}${error.message}`) : error;
      }),
  };
}

async function exchange(request: HttpRequest, effects: Effects): Promise<HttpAnswer> {
  try {
    return await effects.fetch(request);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    throw new PullError(`${request.method === "GET" ? "Get" : "Post"} ${quote(request.url)}: ${error.message}`);
  }
}

/** What an error answer says, in the words of the ORAS library. */
function statusText({ status, body }: HttpAnswer): string {
  const object = jsonOf(body);
  const errors = Array.isArray(object["errors"]) ? object["errors"].filter(isPlainObject) : [];
  const texts = errors.map((error) => {
    const code = String(error["code"] ?? "")
      .toLowerCase()
      .replaceAll("_", " ");
    return typeof error["message"] === "string" && error["message"] !== "" ? `${code}: ${error["message"]}` : code;
  });
  return `response status code ${status}: ${texts.length > 0 ? texts.join("; ") : (STATUS_CODES[status] ?? "")}`;
}

function jsonOf(body: Uint8Array): PlainObject {
  const read = parseJson(new TextDecoder().decode(body));
  return read.kind === "value" && isPlainObject(read.value) ? read.value : {};
}

interface Asked {
  readonly url: string;
  readonly host: string;
  readonly scope: string;
}

/** Returns the header that answers a challenge; undefined when the challenge is of a kind that nobody knows. */
async function logIn(answer: HttpAnswer, asked: Asked, effects: Effects): Promise<string | undefined> {
  const challenge = answer.headers["www-authenticate"] ?? "";
  const scheme = /^\s*(?<scheme>\w+)/.exec(challenge)?.groups?.["scheme"]?.toLowerCase();
  if (scheme !== "basic" && scheme !== "bearer") return undefined;
  const found = await findCredentials(asked.host, effects);
  const failed = (text: string): PullError => new PullError(`GET ${quote(asked.url)}: ${text}`);
  if ("error" in found) throw failed(`failed to resolve credential: ${found.error}`);
  const { username = "", password = "", refreshToken = "", accessToken = "" } = found.credentials ?? {};
  if (scheme === "basic") {
    if (found.credentials === undefined) throw failed("basic credential not found");
    if (username === "" || password === "") throw failed("missing username or password for basic auth");
    return basic(username, password);
  }
  if (accessToken !== "") return `Bearer ${accessToken}`;
  const parameters = challengeParameters(challenge);
  const realm = parameters.get("realm") ?? "";
  const problem = realmProblem(realm, new URL(asked.url));
  if (problem !== undefined) throw failed(problem);
  const scopes = [...new Set([asked.scope, ...(parameters.get("scope") ?? "").split(" ")])].filter((scope) => scope !== "").sort();
  const request = tokenRequest(realm, { service: parameters.get("service") ?? "", scopes, username, password, refreshToken });
  const token = await exchange(request, effects);
  if (token.status !== OK) throw failed(`${request.method} ${quote(request.url)}: ${statusText(token)}`);
  const object = jsonOf(token.body);
  const text = [object["access_token"], object["token"]].find((value) => typeof value === "string" && value !== "");
  if (typeof text !== "string") throw failed(`${request.method} ${quote(request.url)}: empty token returned`);
  return `Bearer ${text}`;
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

const PARAMETER = /(?<key>[\w-]+)\s*=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<plain>[^\s,"]+))/g;

function challengeParameters(challenge: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const { groups } of challenge.matchAll(PARAMETER)) {
    parameters.set((groups?.["key"] ?? "").toLowerCase(), groups?.["plain"] ?? (groups?.["quoted"] ?? "").replace(/\\(.)/g, "$1"));
  }
  return parameters;
}

/** A registry may send us for a token to the outside, but not with a password over plain HTTP, nor to machines that only we can reach. */
function realmProblem(realm: string, registry: URL): string | undefined {
  if (!URL.canParse(realm)) return `failed to parse bearer realm ${quote(realm)}`;
  const { protocol, hostname } = new URL(realm);
  if (protocol !== "https:" && protocol !== "http:") {
    return `bearer realm ${quote(realm)} uses unsupported scheme ${quote(protocol.slice(0, -1))}`;
  }
  if (protocol === "http:" && registry.protocol === "https:") {
    return `bearer realm ${quote(realm)} uses http but registry was contacted over https`;
  }
  if (hostname === registry.hostname || !isPrivateAddress(hostname)) return undefined;
  return `bearer realm host ${quote(hostname)} is a loopback, link-local, private, or unspecified address`;
}

function isPrivateAddress(hostname: string): boolean {
  const address = hostname.replace(/^\[(.*)\]$/, "$1");
  if (/^(?:127|10)(?:\.\d+){3}$|^192\.168(?:\.\d+){2}$|^172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2}$/.test(address)) return true;
  if (/^169\.254(?:\.\d+){2}$|^0\.0\.0\.0$|^224\.0\.0\.\d+$/.test(address)) return true;
  return address.includes(":") && /^(?:::1?|f[cd][0-9a-f]{2}:.*|fe[89ab][0-9a-f]:.*|ff[0-9a-f]2:.*|::ffff:.*)$/i.test(address);
}

interface TokenFor {
  readonly service: string;
  readonly scopes: readonly string[];
  readonly username: string;
  readonly password: string;
  readonly refreshToken: string;
}

function tokenRequest(realm: string, { service, scopes, username, password, refreshToken }: TokenFor): HttpRequest {
  if (refreshToken !== "") {
    const form = new URLSearchParams({ grant_type: "refresh_token", refresh_token: refreshToken, service, client_id: "oras-go" });
    form.set("scope", scopes.join(" "));
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return { method: "POST", url: realm, headers, body: form.toString(), limit: SMALL_ANSWER };
  }
  const url = new URL(realm);
  if (service !== "") url.searchParams.set("service", service);
  for (const scope of scopes) url.searchParams.append("scope", scope);
  const headers: Record<string, string> = username === "" && password === "" ? {} : { authorization: basic(username, password) };
  return { method: "GET", url: url.href, headers, limit: SMALL_ANSWER };
}
