/**
 * Pass `RewriteRegoMetadataCalls`: `rego.metadata.rule()` and `rego.metadata.chain()` become constants, bound at the start of the rule that
 * calls them. https://www.openpolicyagent.org/docs/latest/policy-reference/#rego
 */
import type { Span } from "../../source/source.ts";
import type { CallExpr, Expr, Rule, Term } from "../../syntax/ast.ts";
import type { AnnotationSet } from "../annotation-set.ts";
import { annotationChain, annotationsOfRule } from "../annotation-set.ts";
import { annotationTerm } from "../annotation-term.ts";
import type { Compilation, ModuleState } from "../compilation.ts";
import type { PartMapper } from "../nodes/build.ts";
import {
  bindToLocal,
  equation,
  indexed,
  isEmptyBody,
  mapElseChain,
  mapExpression,
  mapParts,
  mapSame,
  withBody,
  withRuleHead,
} from "../nodes/build.ts";
import { dottedName } from "../nodes/builtin-calls.ts";
import { maySpell } from "../nodes/spelling.ts";
import { walkElseChain, walkRule } from "../nodes/walk.ts";
import { annotationsOf } from "./set-annotation-set.ts";

const CHAIN = "rego.metadata.chain";
const RULE = "rego.metadata.rule";
const METADATA = "metadata";

/** Replaces the metadata calls of modules by what they give. */
export function rewriteMetadataCalls(compilation: Compilation): void {
  if (!compilation.builtins.has(CHAIN) && !compilation.builtins.has(RULE)) return;
  const set = annotationsOf(compilation);
  for (const state of compilation.modules) {
    if (!maySpell(state, METADATA)) continue;
    state.rules.forEach((rule, index) => {
      if (!callsMetadata(rule)) return;
      let branch = 0;
      state.rules[index] = mapElseChain(rule, (each) => rewriteRule(compilation, { set, state, index, isElse: branch++ > 0 }, each));
    });
  }
}

/** Tells whether a rule of a module asks for metadata. */
export function asksForMetadata(state: ModuleState): boolean {
  return maySpell(state, METADATA) && state.rules.some(callsMetadata);
}

function callsMetadata(rule: Rule): boolean {
  let found = false;
  walkElseChain(rule, { term: () => found, expression: (expression) => (found ||= metadataCall(expression) !== undefined) });
  return found;
}

function metadataCall(expression: Expr): "chain" | "rule" | undefined {
  if (expression.kind !== "call-expr") return undefined;
  const name = dottedName(expression.operator.path);
  return name === CHAIN ? "chain" : name === RULE ? "rule" : undefined;
}

interface Place {
  readonly set: AnnotationSet;
  readonly state: ModuleState;
  readonly index: number;
  /** An else branch has no annotations of its own. */
  readonly isElse: boolean;
}

function rewriteRule(compilation: Compilation, place: Place, rule: Rule): Rule {
  const first = firstCalls(rule);
  const added: CallExpr[] = [];
  const locals: { chain?: Term; rule?: Term } = {};
  if (first.chain && compilation.builtins.has(CHAIN)) {
    const { local, expression } = bindToLocal(compilation.names, chainTerm(place, rule, first.chain.span));
    locals.chain = local;
    added.push(expression);
  }
  if (first.rule && compilation.builtins.has(RULE)) {
    const { local, expression } = bindToLocal(compilation.names, ruleTerm(place, first.rule.span));
    locals.rule = local;
    added.push(expression);
  }
  if (added.length === 0) return rule;
  const body = indexed(isEmptyBody(rule.body) ? added : [...added, ...rule.body]);
  return replaceCalls({ ...rule, body }, locals);
}

function firstCalls(rule: Rule): { readonly chain: Expr | undefined; readonly rule: Expr | undefined } {
  const first: { chain: Expr | undefined; rule: Expr | undefined } = { chain: undefined, rule: undefined };
  walkRule(rule, {
    expression(expression) {
      const call = metadataCall(expression);
      if (call) first[call] ??= expression;
      return false;
    },
  });
  return first;
}

function replaceCalls(rule: Rule, locals: { readonly chain?: Term; readonly rule?: Term }): Rule {
  const mapper: PartMapper = {
    term: (term) => mapParts(term, mapper),
    body: (body) => mapSame(body, mapper.expression),
    expression(expression) {
      const call = metadataCall(expression);
      const local = call && locals[call];
      if (!local || expression.kind !== "call-expr") return mapExpression(expression, mapper);
      return replacement(expression, local);
    },
  };
  const { head } = rule;
  const args = head.args && mapSame(head.args, mapper.term);
  const newHead = { ...head, args, key: head.key && mapper.term(head.key), value: head.value && mapper.term(head.value) };
  return withBody(withRuleHead(rule, newHead), mapper.body(rule.body));
}

function replacement(call: CallExpr, local: Term): Expr {
  const { span, index } = call;
  const [output] = call.args;
  const here = { ...local, span: undefined };
  if (output) return { ...equation(output, here, span), index };
  return { kind: "term-expr", term: here, span, index, negated: false, generated: true, with: [] };
}

function ruleTerm({ set, state, index, isElse }: Place, span: Span | undefined): Term {
  const nearest = isElse ? undefined : annotationsOfRule(set, state, index).at(-1);
  return nearest ? { ...annotationTerm(nearest.annotations), span } : { kind: "object", entries: [], span };
}

function chainTerm({ set, state, index, isElse }: Place, rule: Rule, span: Span | undefined): Term {
  const chain = annotationChain(set, state, isElse ? -1 : index, rule);
  const items = chain.map(({ path, annotations }): Term => {
    const pathTerm: Term = { kind: "array", items: path.slice(1), span: undefined };
    const entries: (readonly [Term, Term])[] = [[{ kind: "string", value: "path", span: undefined }, pathTerm]];
    if (annotations) entries.unshift([{ kind: "string", value: "annotations", span: undefined }, annotationTerm(annotations)]);
    return { kind: "object", entries, span: undefined };
  });
  return { kind: "array", items, span };
}
