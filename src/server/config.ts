/**
 * Reads the command line of `serve` once, into one record: flags as Go's flag package writes them (`--x=v`, `--x v`, `-x`; booleans take their
 * value only after `=`), and the few environment variables that name the pod.
 */
import { FLAGS, type Flag } from "./flags.table.ts";

/** What a pod can be for, as `--operation` names it. */
const OPERATIONS = ["audit", "generate", "mutation-controller", "mutation-status", "mutation-webhook", "status", "webhook"] as const;

/** One of them. */
type Operation = (typeof OPERATIONS)[number];

/** The values of the flags by name, and who we are. */
export interface ServerConfig {
  /** The arguments as given, for threads that read them again. */
  readonly argv: readonly string[];
  readonly operations: ReadonlySet<Operation>;
  readonly podName: string;
  readonly podNamespace: string;
  text(name: FlagName): string;
  number(name: FlagName): number;
  enabled(name: FlagName): boolean;
  list(name: FlagName): readonly string[];
  /** Nanoseconds of a duration flag. */
  duration(name: FlagName): number;
  /** Flags that were given and have no effect, with the reason. */
  readonly withoutEffect: readonly string[];
}

/** A flag's name. */
type FlagName = (typeof FLAGS)[number]["name"];

/** The record, or what is wrong with the command line. */
export type ReadConfig = { readonly config: ServerConfig } | { readonly error: string };

type FlagValue = string | number | boolean | string[];

/** Reads flags and environment. */
export function readServerConfig(argv: readonly string[], environment: Readonly<Record<string, string | undefined>>): ReadConfig {
  const values = new Map<string, FlagValue>(
    FLAGS.map((flag) => [flag.name, Array.isArray(flag.initial) ? [...flag.initial] : (flag.initial as FlagValue)]),
  );
  const given = new Set<string>();
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? "";
    const match = /^--?([^-=][^=]*)(?:=([\s\S]*))?$/.exec(word);
    if (match === null) return { error: `unexpected argument ${JSON.stringify(word)}: every argument is a flag` };
    const [, name = "", attached] = match;
    const flag: Flag | undefined = FLAGS.find((row) => row.name === name);
    if (flag === undefined) return { error: `flag provided but not defined: -${name}` };
    let text = attached;
    if (text === undefined && flag.kind === "bool") text = "true";
    if (text === undefined) text = argv[++at];
    if (text === undefined) return { error: `flag needs an argument: -${name}` };
    const complaint = setFlag(values, flag, text);
    if (complaint !== undefined) return { error: complaint };
    given.add(name);
  }
  return finish(argv, values, given, environment);
}

function setFlag(values: Map<string, FlagValue>, flag: Flag, text: string): string | undefined {
  const invalid = `invalid value ${JSON.stringify(text)} for flag -${flag.name}`;
  switch (flag.kind) {
    case "int":
      if (!/^[-+]?\d+$/.test(text)) return `${invalid}: parse error`;
      values.set(flag.name, Number(text));
      return undefined;
    case "bool":
      if (!/^(1|0|t|f|true|false|T|F|TRUE|FALSE|True|False)$/.test(text)) return `${invalid}: parse error`;
      values.set(flag.name, /^(1|t)/i.test(text));
      return undefined;
    case "duration":
      if (Number.isNaN(durationNanos(text))) return `${invalid}: parse error`;
      values.set(flag.name, text);
      return undefined;
    case "list":
      (values.get(flag.name) as string[]).push(...text.split(",").filter((part) => part !== ""));
      return undefined;
    case "repeated":
      (values.get(flag.name) as string[]).push(text);
      return undefined;
    case "string":
      values.set(flag.name, text);
  }
  return undefined;
}

function finish(
  argv: readonly string[],
  values: ReadonlyMap<string, FlagValue>,
  given: ReadonlySet<string>,
  environment: Readonly<Record<string, string | undefined>>,
): ReadConfig {
  const asked = values.get("operation") as readonly string[];
  const unknown = asked.find((name) => !(OPERATIONS as readonly string[]).includes(name));
  if (unknown !== undefined)
    return { error: `operation ${unknown} is not a valid operation: map[${OPERATIONS.map((name) => `${name}:true`).join(" ")}]` };
  const policy = String(values.get("default-k8s-native-validation-failure-policy"));
  if (policy !== "Fail" && policy !== "Ignore")
    return { error: `invalid failure policy ${JSON.stringify(policy)}: must be Fail or Ignore` };
  const version = String(values.get("tls-min-version"));
  if (!["", "1.0", "1.1", "1.2", "1.3"].includes(version)) return { error: "invalid TLS version. Must be one of: 1.0, 1.1, 1.2, or 1.3" };
  const fake = values.get("debug-use-fake-pod") === true;
  return {
    config: {
      argv,
      operations: new Set((asked.length === 0 ? OPERATIONS : asked) as readonly Operation[]),
      podName: fake ? "no-pod" : (environment["POD_NAME"] ?? ""),
      podNamespace: environment["POD_NAMESPACE"] ?? "gatekeeper-system",
      text: (name) => String(values.get(name)),
      number: (name) => Number(values.get(name)),
      enabled: (name) => values.get(name) === true,
      list: (name) => values.get(name) as readonly string[],
      duration: (name) => durationNanos(String(values.get(name))),
      withoutEffect: FLAGS.filter((flag) => given.has(flag.name) && "accepted" in flag).map(
        (flag: Flag) => `--${flag.name}: ${flag.accepted ?? ""}`,
      ),
    },
  };
}

const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

function durationNanos(text: string): number {
  if (/^[-+]?0$/.test(text)) return 0;
  const parts = [...text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join("") !== text.replace(/^[-+]/, "")) return Number.NaN;
  const nanos = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ""] ?? Number.NaN), 0);
  return text.startsWith("-") ? -nanos : nanos;
}

/** Returns the builtins that `--disable-opa-builtin` names; the shipped manifests of the original write one in braces. */
export function disabledBuiltins(config: ServerConfig): readonly string[] {
  return config.list("disable-opa-builtin").flatMap((text) =>
    text
      .replace(/^\{|\}$/g, "")
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== ""),
  );
}

/** Tells whether policies and objects come from folders: then there is no cluster. */
export function usesFolders(config: ServerConfig): boolean {
  return config.list("policies").length > 0 || config.list("objects").length > 0;
}

/** Returns the help text of `serve`. */
export function serveHelp(): string {
  const rows = FLAGS.filter((flag) => flag.meaning !== "").map(
    (flag: Flag) => `  --${`${flag.name} (${flag.kind}${shownDefault(flag)})`.padEnd(72)} ${flag.meaning}`,
  );
  const accepted = FLAGS.filter((flag) => "accepted" in flag).map((flag: Flag) => `  --${flag.name.padEnd(42)} ${flag.accepted ?? ""}`);
  return `Flags:\n${rows.join("\n")}\n\nAccepted so that existing manifests start, without effect:\n${accepted.join("\n")}\n`;
}

function shownDefault(flag: Flag): string {
  return Array.isArray(flag.initial) || flag.initial === "" ? "" : `, default ${String(flag.initial)}`;
}
