/**
 * Credentials for registries, from where Docker keeps them: `config.json`, or a credential helper that it names.
 * https://docs.docker.com/reference/cli/docker/login/#credential-stores
 */
import { isPlainObject, type PlainObject, parseJson, type Value } from "../../rego/index.ts";
import { type Effects, FileError } from "../effects.ts";

/** What is known for a registry; empty texts are not known. */
interface Credentials {
  readonly username: string;
  readonly password: string;
  /** A token to get others with. */
  readonly refreshToken: string;
  /** A token for the registry itself. */
  readonly accessToken: string;
}

/** Credentials, nothing, or why they cannot be had. */
export type FoundCredentials = { readonly credentials: Credentials | undefined } | { readonly error: string };

/** Finds the credentials for a host. */
export async function findCredentials(host: string, effects: Effects): Promise<FoundCredentials> {
  const address = host === "registry-1.docker.io" ? "https://index.docker.io/v1/" : host;
  const config = readConfig(effects);
  if ("error" in config) return config;
  const helper = textAt(objectAt(config.object, "credHelpers"), address) || textAt(config.object, "credsStore");
  if (helper !== "") return askHelper(helper, address, effects);
  const auths = objectAt(config.object, "auths");
  const key = Object.hasOwn(auths, address) ? address : Object.keys(auths).find((name) => hostnameOf(name) === address);
  return key === undefined ? { credentials: undefined } : readAuth(objectAt(auths, key));
}

function readConfig(effects: Effects): { readonly object: PlainObject } | { readonly error: string } {
  const { DOCKER_CONFIG: directory, HOME: home } = effects.environment;
  if (!directory && !home) return { object: {} };
  const path = directory ? `${directory}/config.json` : `${home}/.docker/config.json`;
  if (effects.pathKind(path) === undefined) return { object: {} };
  try {
    const read = parseJson(new TextDecoder().decode(effects.readFile(path)));
    if (read.kind === "value" && isPlainObject(read.value)) return { object: read.value };
    const reason = read.kind === "error" ? read.message : "not an object";
    return { error: `failed to decode config file ${path}: invalid config format: ${reason}` };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { error: `failed to open config file at ${path}: ${error.message}` };
  }
}

function hostnameOf(address: string): string {
  return address.replace(/^https?:\/\//, "").replace(/\/.*$/s, "");
}

function readAuth(auth: PlainObject): FoundCredentials {
  const tokens = { refreshToken: textAt(auth, "identitytoken"), accessToken: textAt(auth, "registrytoken") };
  const encoded = textAt(auth, "auth");
  if (encoded === "") return { credentials: { username: textAt(auth, "username"), password: textAt(auth, "password"), ...tokens } };
  const decoded = Buffer.from(encoded, "base64").toString("utf8").replace(/\0+$/, "");
  const colon = decoded.indexOf(":");
  if (colon < 0)
    return {
      error: "failed to decode auth field: invalid config format: auth does not conform the base64 encoded format username:password",
    };
  return { credentials: { username: decoded.slice(0, colon), password: decoded.slice(colon + 1), ...tokens } };
}

/** The user name with which helpers mark a token. */
const TOKEN_USER = "<token>";

async function askHelper(helper: string, address: string, effects: Effects): Promise<FoundCredentials> {
  const program = `docker-credential-${helper}`;
  // The name comes from a file and must not lead to another program.
  if (!/^[\w.-]+$/.test(helper)) return { error: `credential helper ${JSON.stringify(helper)} has no name of a program` };
  const ran = await effects.runProgram(program, ["get"], address);
  if ("error" in ran) return { error: `failed to execute ${program}: ${ran.error}` };
  const out = ran.stdout.trim();
  if (ran.code !== 0) {
    return out.includes("credentials not found in native keychain") ? { credentials: undefined } : { error: out || `${program} failed` };
  }
  const read = parseJson(out);
  if (read.kind === "error" || !isPlainObject(read.value)) return { error: `${program} gave no JSON object` };
  const username = textAt(read.value, "Username");
  const secret = textAt(read.value, "Secret");
  const isToken = username === TOKEN_USER;
  return {
    credentials: {
      username: isToken ? "" : username,
      password: isToken ? "" : secret,
      refreshToken: isToken ? secret : "",
      accessToken: "",
    },
  };
}

function objectAt(object: PlainObject, key: string): PlainObject {
  const value: Value | undefined = Object.hasOwn(object, key) ? object[key] : undefined;
  return isPlainObject(value) ? value : {};
}

function textAt(object: PlainObject, key: string): string {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return typeof value === "string" ? value : "";
}
