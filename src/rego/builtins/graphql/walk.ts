/**
 * Walks a query in the order of OPA's library, writes definitions and expected types into its nodes, and calls rules. In: a query and a schema;
 * out: what the rules report.
 */
import {
  type Argument,
  type ArgumentDefinition,
  type Definition,
  type Directive,
  type Field,
  type FieldDefinition,
  type FragmentDefinition,
  type FragmentSpread,
  type InlineFragment,
  nameOfType,
  type OperationDefinition,
  type Place,
  type QueryDocument,
  type Selection,
  VALUE,
  type ValueNode,
  type VariableDefinition,
} from "./document.ts";
import type { Schema } from "./schema.ts";
import { named } from "./schema-checks.ts";

/** What rules know and do. */
export interface Walk {
  readonly schema: Schema;
  readonly document: QueryDocument;
  /** Undefined inside of fragment definitions. */
  readonly operation: OperationDefinition | undefined;
  report(message: string, place: Place): void;
  /** Charges work beside the walk itself. */
  spend(units: number): void;
}

/** What a rule looks at. Rules are called in the order of their names, each node after its children. */
export interface Rule {
  operation?(operation: OperationDefinition, walk: Walk): void;
  field?(field: Field, walk: Walk): void;
  fragment?(fragment: FragmentDefinition, walk: Walk): void;
  inlineFragment?(fragment: InlineFragment, walk: Walk): void;
  fragmentSpread?(spread: FragmentSpread, walk: Walk): void;
  directive?(directive: Directive, walk: Walk): void;
  directiveList?(directives: readonly Directive[], walk: Walk): void;
  value?(value: ValueNode, walk: Walk): void;
  variable?(variable: VariableDefinition, walk: Walk): void;
}

/** Gives a rule with nothing seen yet. */
export type MakeRule = () => Rule;

const TYPE_NAME: FieldDefinition = {
  description: "",
  name: "__typename",
  arguments: [],
  defaultValue: undefined,
  type: { namedType: "String", elem: undefined, nonNull: false, position: undefined },
  directives: [],
  position: undefined,
  beforeDescriptionComment: undefined,
  afterDescriptionComment: undefined,
};

/** Walks a query once with all rules. */
export class Walker implements Walk {
  readonly schema: Schema;
  readonly document: QueryDocument;
  operation: OperationDefinition | undefined;
  readonly #rules: readonly Rule[];
  readonly #report: (message: string, place: Place) => void;
  readonly #spend: (units: number) => void;
  #spread = new Set<string>();

  constructor(
    { schema, document }: { readonly schema: Schema; readonly document: QueryDocument },
    rules: readonly Rule[],
    { report, spend }: Pick<Walk, "report" | "spend">,
  ) {
    this.schema = schema;
    this.document = document;
    this.#rules = rules;
    this.#report = report;
    this.#spend = spend;
  }

  report(message: string, place: Place): void {
    this.#report(message, place);
  }

  spend(units: number): void {
    this.#spend(units);
  }

  /** Visits everything. */
  walk(): void {
    for (const operation of this.document.operations) {
      this.#spread = new Set();
      this.#walkOperation(operation);
    }
    for (const fragment of this.document.fragments) {
      this.#spread = new Set();
      const definition = this.schema.types.get(fragment.typeCondition);
      fragment.definition = definition;
      this.#walkDirectives(fragment.directives, "FRAGMENT_DEFINITION");
      this.#walkSelections(definition, fragment.selectionSet);
      for (const rule of this.#rules) rule.fragment?.(fragment, this);
    }
  }

  #walkOperation(operation: OperationDefinition): void {
    this.operation = operation;
    for (const variable of operation.variableDefinitions) {
      variable.definition = this.schema.types.get(nameOfType(variable.type));
      for (const rule of this.#rules) rule.variable?.(variable, this);
      const { defaultValue } = variable;
      if (defaultValue === undefined) continue;
      defaultValue.expectedType = variable.type;
      defaultValue.definition = variable.definition;
    }
    for (const { defaultValue, directives } of operation.variableDefinitions) {
      if (defaultValue !== undefined) this.#walkValue(defaultValue);
      this.#walkDirectives(directives, "VARIABLE_DEFINITION");
    }
    const kind = operation.operation === "" ? "query" : operation.operation;
    const root = kind === "query" || kind === "mutation" || kind === "subscription" ? this.schema[kind] : undefined;
    this.#walkDirectives(operation.directives, kind.toUpperCase());
    this.#walkSelections(root, operation.selectionSet);
    for (const rule of this.#rules) rule.operation?.(operation, this);
    this.operation = undefined;
  }

  #walkDirectives(directives: readonly Directive[], location: string): void {
    for (const directive of directives) {
      directive.definition = this.schema.directives.get(directive.name);
      directive.location = location;
      this.#walkArguments(directive.definition?.arguments ?? [], directive.arguments);
      for (const rule of this.#rules) rule.directive?.(directive, this);
    }
    for (const rule of this.#rules) rule.directiveList?.(directives, this);
  }

  #walkArguments(definitions: readonly ArgumentDefinition[], args: readonly Argument[]): void {
    for (const { name, value } of args) {
      const definition = named(definitions, name);
      if (definition !== undefined) this.#expect(value, definition);
      this.#walkValue(value);
    }
  }

  #expect(value: ValueNode, { type, defaultValue }: Pick<FieldDefinition, "type" | "defaultValue">): void {
    value.expectedType = type;
    value.expectedTypeHasDefault = defaultValue !== undefined && defaultValue.kind !== VALUE.null;
    value.definition = this.schema.types.get(nameOfType(type));
  }

  #walkValue(value: ValueNode): void {
    this.spend(1);
    if (value.kind === VALUE.variable && this.operation !== undefined) {
      value.variableDefinition = this.operation.variableDefinitions.find(({ variable }) => variable === value.raw);
      if (value.variableDefinition !== undefined) value.variableDefinition.used = true;
    }
    for (const child of value.children) {
      if (value.kind === VALUE.object) {
        const definition = named(value.definition?.fields ?? [], child.name);
        if (definition !== undefined) this.#expect(child.value, definition);
      } else if (value.expectedType?.elem !== undefined) {
        child.value.expectedType = value.expectedType.elem;
        child.value.definition = value.definition;
      }
      this.#walkValue(child.value);
    }
    for (const rule of this.#rules) rule.value?.(value, this);
  }

  #walkSelections(parent: Definition | undefined, selections: readonly Selection[]): void {
    for (const selection of selections) {
      this.spend(1);
      if (selection.selection === "field") this.#walkField(parent, selection);
      else if (selection.selection === "inline") this.#walkInline(parent, selection);
      else this.#walkSpread(parent, selection);
    }
  }

  #walkField(parent: Definition | undefined, field: Field): void {
    const definition = field.name === "__typename" ? TYPE_NAME : named(parent?.fields ?? [], field.name);
    field.definition = definition;
    field.objectDefinition = parent;
    const next = definition === undefined ? undefined : this.schema.types.get(nameOfType(definition.type));
    this.#walkArguments(definition?.arguments ?? [], field.arguments);
    this.#walkDirectives(field.directives, "FIELD");
    this.#walkSelections(next, field.selectionSet);
    for (const rule of this.#rules) rule.field?.(field, this);
  }

  #walkInline(parent: Definition | undefined, fragment: InlineFragment): void {
    fragment.objectDefinition = parent;
    const next = fragment.typeCondition === "" ? parent : this.schema.types.get(fragment.typeCondition);
    this.#walkDirectives(fragment.directives, "INLINE_FRAGMENT");
    this.#walkSelections(next, fragment.selectionSet);
    for (const rule of this.#rules) rule.inlineFragment?.(fragment, this);
  }

  #walkSpread(parent: Definition | undefined, spread: FragmentSpread): void {
    const definition = named(this.document.fragments, spread.name);
    spread.definition = definition;
    spread.objectDefinition = parent;
    this.#walkDirectives(spread.directives, "FRAGMENT_SPREAD");
    if (definition !== undefined && !this.#spread.has(definition.name)) {
      this.#spread.add(definition.name);
      const next = this.schema.types.get(definition.typeCondition);
      this.#walkDirectives(definition.directives, "FRAGMENT_DEFINITION");
      this.#walkSelections(next, definition.selectionSet);
    }
    for (const rule of this.#rules) rule.fragmentSpread?.(spread, this);
  }
}
