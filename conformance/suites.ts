/** The table of suites: adding one is a file in `suites/` and a row here. */
import type { Ask } from "./engine.ts";
import { regoSuite } from "./suites/rego.ts";
import { regoErrorsSuite } from "./suites/rego-errors.ts";
import { regorusSuite } from "./suites/regorus.ts";
import { truthBuiltinsSuite, truthProgramsSuite } from "./suites/truth.ts";

/** How one case ended in one column: a suite may judge a case by several measures. */
export interface Verdict {
  readonly id: string;
  /** The folder or family, a row of the table. */
  readonly group: string;
  readonly columns: { readonly [column: string]: boolean | undefined };
  /** What differed, for the report. */
  readonly detail?: string;
  /** Set when the case was left out by name; the reason is a sentence a user could read. */
  readonly skipped?: string;
}

/** A suite: its name, the columns it judges, the share of cases that must hold in each, and its cases. */
export interface Suite {
  readonly name: string;
  readonly columns: readonly string[];
  /** Lowest accepted share per column, 0 to 1. */
  readonly goals: { readonly [column: string]: number };
  /** Cases in which we differ on purpose, or in which OPA itself answers otherwise: id → a sentence a user could read. */
  readonly known?: ReadonlyMap<string, string>;
  /** Judges the cases that the filter wants (it sees every id just before its questions are asked), asking through `ask`. */
  run(filter: (id: string) => boolean, ask: Ask): AsyncIterable<Verdict>;
}

/** Every suite, in the order of the table. */
export const suites: readonly Suite[] = [
  regoSuite("v1"),
  regoSuite("v0"),
  regorusSuite,
  regoErrorsSuite("v1"),
  regoErrorsSuite("v0"),
  truthBuiltinsSuite,
  truthProgramsSuite("v1"),
  truthProgramsSuite("v0"),
];
