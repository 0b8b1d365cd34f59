/**
 * Keeps the results of a function by its arguments, for as long as the clock stands. Scalars are found by value and composites by identity, which
 * suffices: a policy passes the same part of its input again and again. The first few results are scanned; a table is made when there are more.
 */
import type { Value } from "../values/value.ts";
import type { Cell, Expr } from "./cells.ts";
import type { Runner } from "./runner.ts";

// Up to here a scan beats a Map (measured).
const SCANNED = 4;

// Bounds the memory of one evaluation; starting anew costs only time.
const MAX_KEPT = 50_000;

type Table = Map<Value, Table | Kept>;

interface Kept {
  readonly value: Value | undefined;
}

/** Counts whether keeping pays: where the same arguments never came again, the first calls of an evaluation are not kept. */
interface Worth {
  hits: number;
  misses: number;
  calls: number;
}

// So many calls without a hit show that a function is asked something else each time; an evaluation that asks more often than `UNKEPT` keeps anyway.
const TRIED = 256;
const UNKEPT = 24;

function isIdle(worth: Worth): boolean {
  return worth.misses >= TRIED && worth.hits * 8 < worth.misses && worth.calls++ < UNKEPT;
}

/** Keeps the results of a function of one argument. */
function keepByOne(evaluate: Expr, param: Cell, run: Runner, scalarsOnly: boolean): Expr {
  const keys: Value[] = [];
  const values: (Value | undefined)[] = [];
  const worth: Worth = { hits: 0, misses: 0, calls: 0 };
  let at = 0;
  let table: Map<Value, Kept> | undefined;
  let listed = false;
  const forget = (): void => {
    if (keys.length > 0) {
      keys.length = 0;
      values.length = 0;
    }
    table = undefined;
  };
  const end = (): void => {
    listed = false;
    worth.calls = 0;
    forget();
  };
  const fromTable = (key: Value): Value | undefined => {
    table ??= new Map();
    const known = table.get(key);
    if (known) {
      worth.hits++;
      return known.value;
    }
    worth.misses++;
    const value = evaluate();
    if (table.size >= MAX_KEPT) table.clear();
    table.set(key, { value });
    return value;
  };
  return () => {
    const key = param.v as Value;
    if (scalarsOnly && typeof key === "object" && key !== null) return evaluate();
    if (!listed) {
      listed = true;
      run.tables.push(end);
    }
    if (at !== run.now) {
      forget();
      at = run.now;
    }
    if (isIdle(worth)) return evaluate();
    for (let i = 0; i < keys.length; i++) {
      if (keys[i] !== key) continue;
      worth.hits++;
      return values[i];
    }
    if (keys.length === SCANNED) return fromTable(key);
    worth.misses++;
    const value = evaluate();
    if (at === run.now && keys.length < SCANNED) {
      keys.push(key);
      values.push(value);
    }
    return value;
  };
}

/** Returns the expression with its results kept; with `scalarsOnly` a call with a composite argument is not. */
export function keepByArguments(evaluate: Expr, params: readonly Cell[], run: Runner, scalarsOnly: boolean): Expr {
  const width = params.length;
  const [only] = params;
  if (only && width === 1) return keepByOne(evaluate, only, run, scalarsOnly);
  const keys: Value[] = [];
  const values: (Value | undefined)[] = [];
  const worth: Worth = { hits: 0, misses: 0, calls: 0 };
  let at = 0;
  let count = 0;
  let table: Table | undefined;
  let listed = false;
  const forget = (): void => {
    if (count === 0) return;
    keys.length = 0;
    values.length = 0;
    table = undefined;
    count = 0;
  };
  const end = (): void => {
    listed = false;
    worth.calls = 0;
    forget();
  };

  function scan(): number {
    for (let i = 0; i < values.length; i++) {
      let j = 0;
      while (j < width && keys[i * width + j] === (params[j] as Cell).v) j++;
      if (j === width) return i;
    }
    return -1;
  }

  function level(): Table {
    table ??= new Map();
    let found = table;
    for (let i = 0; i < width - 1; i++) {
      const key = (params[i] as Cell).v as Value;
      let next = found.get(key) as Table | undefined;
      if (!next) {
        next = new Map();
        found.set(key, next);
      }
      found = next;
    }
    return found;
  }

  return () => {
    if (!listed) {
      listed = true;
      run.tables.push(end);
    }
    if (at !== run.now || count > MAX_KEPT) {
      forget();
      at = run.now;
    }
    if (scalarsOnly && params.some(isComposite)) return evaluate();
    if (isIdle(worth)) return evaluate();
    const place = scan();
    if (place >= 0) {
      worth.hits++;
      return values[place];
    }
    if (values.length < SCANNED) {
      worth.misses++;
      const asked = params.map(({ v }) => v as Value);
      const value = evaluate();
      if (at !== run.now || values.length >= SCANNED) return value;
      keys.push(...asked);
      values.push(value);
      count++;
      return value;
    }
    const last = (params[width - 1] as Cell).v as Value;
    const table = level();
    const known = table.get(last) as Kept | undefined;
    if (known) {
      worth.hits++;
      return known.value;
    }
    worth.misses++;
    const value = evaluate();
    count++;
    table.set(last, { value });
    return value;
  };
}

// Values of a cluster's objects repeat ("100m", "256Mi", image names); these bounds keep what lasts small whatever they are.
const MAX_LASTING = 256;
const MAX_LASTING_TEXT = 128;

/**
 * Keeps the scalar results of a function that depends on nothing but its arguments, for as long as the plan lives; only texts are looked up.
 * A call in which something failed is not kept: failures are reported each time.
 */
export function keepLasting(evaluate: Expr, param: Cell, run: Runner): Expr {
  const kept = new Map<string, Kept>();
  return () => {
    const key = param.v;
    if (typeof key !== "string") return evaluate();
    const known = kept.get(key);
    if (known !== undefined) return known.value;
    const value = evaluate();
    if (run.errors.length > 0 || run.respelled || key.length > MAX_LASTING_TEXT || !isSmall(value)) return value;
    if (kept.size >= MAX_LASTING) kept.clear();
    kept.set(key, { value });
    return value;
  };
}

function isSmall(value: Value | undefined): boolean {
  return typeof value === "string" ? value.length <= MAX_LASTING_TEXT : typeof value !== "object";
}

// So many constraints of one template are kept side by side; then the table starts anew.
const MAX_FIXED = 64;

/** Returns the expression with its value kept for each version of the fixed parts of the input. */
export function keepFixed<T>(evaluate: () => T, run: Runner): () => T {
  let at = -1;
  let latest: T | undefined;
  const kept = new Map<number, { readonly value: T }>();
  return () => {
    // Failures are reported anew each time where they matter.
    if (run.sorted) return evaluate();
    if (at === run.fixedNow) return latest as T;
    let found = kept.get(run.fixedNow);
    if (!found) {
      found = { value: evaluate() };
      if (run.respelled) return found.value;
      if (kept.size >= MAX_FIXED) kept.clear();
      kept.set(run.fixedNow, found);
    }
    at = run.fixedNow;
    latest = found.value;
    return found.value;
  };
}

function isComposite({ v }: Cell): boolean {
  return typeof v === "object" && v !== null;
}
