/**
 * The port between Gatekeeper and the languages that templates are written in. In goes the `source` of a template's code entry, out comes a
 * policy that gives the violations of one constraint on one review. An engine is one file in `engines/` and one row in `engines.ts`; it does
 * no matching and knows nothing of enforcement actions.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/constrainttemplates
 */
import type { Answers, Cancellation, PendingRequest, PlainObject, Value } from "../../rego/index.ts";
import type { Review } from "../kube/admission.ts";

/** Engines by the name that `code[].engine` uses, in the order in which one is chosen when a template has code for several. */
const ENGINE_NAMES = ["K8sNativeValidation", "Rego"] as const;

/** The name of an engine. */
export type EngineName = (typeof ENGINE_NAMES)[number];

/** Choices of the installation that change what a template may do. */
export interface EngineOptions {
  /** Names of builtins that templates may not call. */
  readonly disabledBuiltins: readonly string[];
  /** Whether templates may read `data.inventory`. */
  readonly referential: boolean;
  /** Whether the builtin `external_data` exists. */
  readonly externalData: boolean;
  /** Whether `print` calls are kept. */
  readonly print: boolean;
  /** What a CEL error means where the template does not say. */
  readonly defaultFailurePolicy: "Fail" | "Ignore";
}

/** What an engine compiles. */
export interface EngineCode {
  /** The constraint kind. */
  readonly kind: string;
  readonly target: string;
  /** `code[].source` as it was read, of any type. */
  readonly source: Value | undefined;
}

/**
 * A place in the source that is wrong: a path below `source` to a text (`["rego"]`, `["libs", 0]`) and offsets into that text; without
 * offsets it is the field itself.
 */
export interface SourceProblem {
  readonly path: readonly (string | number)[];
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly message: string;
}

/** A policy, or the error text of the original with the places it speaks of. */
export type Compilation =
  | { readonly kind: "compiled"; readonly policy: TemplatePolicy }
  | { readonly kind: "refused"; readonly message: string; readonly problems: readonly SourceProblem[] };

/** The constraint a policy is asked about. `object` and `parameters` are the same objects for every review while the constraint is unchanged. */
export interface ConstraintView {
  readonly kind: string;
  readonly name: string;
  readonly object: PlainObject;
  /** `spec.parameters`; undefined when the constraint has none (Rego then sees `{}`, CEL null). */
  readonly parameters: Value | undefined;
}

/** What a policy may know beside the constraint and the review. */
export interface World {
  /** The base document `data`: `{inventory: {cluster, namespace}}`; the same object while no synced object changed. */
  readonly data: PlainObject;
  readonly nowNanos: bigint;
  readonly seed: number;
  /** Answers to earlier pending requests. */
  readonly answers: Answers;
  readonly trace: boolean;
  /** Receives each line of `print`. */
  readonly onPrint: ((line: string) => void) | undefined;
  readonly signal: Cancellation | undefined;
}

/** One violation, before the constraint's action is attached. */
export interface PolicyViolation {
  readonly msg: string;
  /** What the policy said beside the message; undefined means the engine has no such thing (CEL), and the result then has no metadata. */
  readonly details: Value | undefined;
  /** Where in the template the violation was decided, for explanations: a path below `source` and an offset into that text. */
  readonly origin?: { readonly path: readonly (string | number)[]; readonly offset: number };
}

/** What a policy says about one constraint and one review. */
export interface Judgement {
  readonly violations: readonly PolicyViolation[];
  /** An evaluation error: the constraint then counts as violated, with this text. */
  readonly failure: string | undefined;
  /** Outside questions without an answer; the judgement is void until they are answered. */
  readonly pending: readonly PendingRequest[];
  /** The trace, when one was asked for and the engine has one. */
  readonly trace: string | undefined;
}

/** A part of the object that a violation has to do with: what it is, or a word about it (`missing`, the variable that stands for it). */
export interface ExplainedPlace {
  readonly path: string;
  readonly text: string | undefined;
  readonly note: string | undefined;
}

/** Why there is a violation. */
export interface Explanation {
  readonly msg: string;
  /** The rule that decided: a path below `source` and an offset into that text. */
  readonly origin: { readonly path: readonly (string | number)[]; readonly offset: number };
  /** The expression that decided, where a rule is one. */
  readonly expression?: string;
  /** What the rule's variables were. */
  readonly values: readonly { readonly name: string; readonly text: string }[];
  readonly places: readonly ExplainedPlace[];
}

/** A template's code, compiled for one target. */
export interface TemplatePolicy {
  readonly engine: EngineName;
  judge(constraint: ConstraintView, review: Review, world: World): Judgement;
  /** Explains the violations that `judge` gives for the same arguments; slower, and not in every engine. */
  explain?(constraint: ConstraintView, review: Review, world: World): readonly Explanation[];
}

/** A language for templates. */
export interface Engine {
  readonly name: EngineName;
  compile(code: EngineCode, options: EngineOptions): Compilation;
}
