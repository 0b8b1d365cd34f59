/**
 * What loading collects: modules by name, one merged base document, and everything that went wrong on the way, in the order met.
 */
import {
  type Diagnostic,
  isPlainObject,
  type Module,
  type ParseOptions,
  type PlainObject,
  parseJson,
  parseModule,
  parseYaml,
  type Source,
  setKey,
  type Value,
} from "../../rego/index.ts";

/** How modules are read. */
export interface ReadOptions {
  readonly dialect: "v0" | "v1";
  readonly annotations: boolean;
  /** Code that is to be read in both dialects. */
  readonly bothDialects?: boolean;
  /** What may be used. */
  readonly capabilities?: NonNullable<ParseOptions["capabilities"]>;
  /** Nanoseconds, to tell how long reading took. */
  readonly clock?: () => bigint;
}

/** One thing that could not be loaded: a parse error of Rego, or a text. */
export type LoadError = Diagnostic | string;

/** Collects modules and documents while files are read. */
export class Loading {
  readonly modules = new Map<string, Module>();
  readonly sources = new Map<string, Source>();
  readonly errors: LoadError[] = [];
  data: PlainObject = {};
  /** Nanoseconds that parsing took; undefined where there was nothing to parse. */
  readonly parsing: { modules: bigint | undefined; data: bigint | undefined } = { modules: undefined, data: undefined };
  readonly #options: ReadOptions;

  constructor(options: ReadOptions) {
    this.#options = options;
  }

  /** Adds a module, in a dialect of its own if it has one; returns what is wrong with it. */
  addRego(name: string, text: string, dialect?: "v0" | "v1"): readonly Diagnostic[] {
    const source = { name, text };
    const { annotations, capabilities, bothDialects = false } = this.#options;
    const { module, diagnostics } = this.timed("modules", () =>
      parseModule(source, {
        dialect: bothDialects ? "v0" : (dialect ?? this.#options.dialect),
        bothDialects,
        annotations,
        ...(capabilities === undefined ? {} : { capabilities }),
      }),
    );
    this.sources.set(name, source);
    if (module !== undefined && diagnostics.length === 0) this.modules.set(name, module);
    return diagnostics;
  }

  /** Adds how long a step takes to the time of its kind. */
  timed<T>(kind: "modules" | "data", step: () => T): T {
    const { clock = () => 0n } = this.#options;
    const started = clock();
    const made = step();
    this.parsing[kind] = (this.parsing[kind] ?? 0n) + clock() - started;
    return made;
  }

  /** Merges a document under a path of keys. */
  addDocument(file: string, path: readonly string[], value: Value): void {
    const whole = rooted(path, value);
    if (!isPlainObject(whole)) {
      this.errors.push(`${file}: document must be of type object`);
      return;
    }
    const merged = mergeDocuments(this.data, whole);
    if (merged === undefined) this.errors.push(`${file}: merge error`);
    else this.data = merged;
  }

  /** Parses a JSON or YAML text and merges it. */
  addData(file: string, path: readonly string[], text: string, format: "json" | "yaml"): void {
    const result = this.timed("data", () => (format === "json" ? parseJson(text) : parseYaml(text)));
    if (result.kind === "error")
      this.errors.push(`${file}: ${format === "yaml" ? "error converting YAML to JSON: " : ""}${result.message}`);
    else this.addDocument(file, path, result.value);
  }
}

/** Tells whether a name matches one of the patterns to leave out. */
export function isIgnored(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => shellPattern(pattern)(name));
}

/** Returns the test of a shell pattern; one that is broken matches nothing. */
export function shellPattern(pattern: string): (name: string) => boolean {
  const escaped = pattern.replace(
    /\\(.)|\[(\^?)((?:\\.|[^\]\\])+)\]|[*?]|[.+^${}()|[\]\\/-]/gsu,
    (all, literal?: string, not?: string, set?: string) => {
      if (literal !== undefined) return literal.replace(/[^\p{L}\p{N}]/gu, "\\$&");
      if (set !== undefined) return `[${not ?? ""}${set.replace(/\[/g, "\\[")}]`;
      return all === "*" ? "[^/]*" : all === "?" ? "[^/]" : `\\${all}`;
    },
  );
  const broken = /(?<!\\)(?:\\\\)*\[(?!\^?(?:\\.|[^\]\\])+\])/.test(pattern) || /(?<!\\)(?:\\\\)*\\$/.test(pattern);
  if (broken) return () => false;
  const regex = new RegExp(`^${escaped}$`, "s");
  return (name) => regex.test(name);
}

/** Returns a document below keys. */
export function rooted(path: readonly string[], value: Value): Value {
  return path.reduceRight<Value>((inner, key) => withKey({}, key, inner), value);
}

function withKey(object: PlainObject, key: string, value: Value): PlainObject {
  const copy: { [key: string]: Value } = {};
  for (const name of Object.keys(object)) setKey(copy, name, object[name] as Value);
  setKey(copy, key, value);
  return copy;
}

/** Merges two documents; undefined when a path holds different things that are not both objects. */
export function mergeDocuments(a: PlainObject, b: PlainObject): PlainObject | undefined {
  let merged = a;
  for (const key of Object.keys(b)) {
    const theirs = b[key] as Value;
    const ours = Object.hasOwn(merged, key) ? merged[key] : undefined;
    if (ours === undefined) merged = withKey(merged, key, theirs);
    else {
      if (!isPlainObject(ours) || !isPlainObject(theirs)) return undefined;
      const inner = mergeDocuments(ours, theirs);
      if (inner === undefined) return undefined;
      merged = withKey(merged, key, inner);
    }
  }
  return merged;
}
