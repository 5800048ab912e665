import {
  type ArgumentNode,
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLSchema,
  getOperationAST,
  isInputType,
  Kind,
  type OperationDefinitionNode,
  parse,
  parseType,
  print,
  stripIgnoredCharacters,
  TypeInfo,
  typeFromAST,
  type ValueNode,
  type VariableDefinitionNode,
  type VariableNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { inOneOrder, signatureOf } from '../execution/compiled/placed-fields.ts';
import { isWrittenAlike } from './alike-literals.ts';
import type { NeededKeys } from './needed-keys.ts';
import type { Fetch, PlanNode } from './plan.ts';
import type { Planner } from './planner.ts';

/**
 * Planners read the values in an operation's text and write them anew, and not all of them as they were: Hive's gives 1.10 as 1.1, 1e-400 as 0, and a
 * backspace as another character; Apollo's gives enum names as strings where a scalar is expected. So what might change is planned as variables, and
 * stands in the texts of the plan as the client wrote it. So do directives at the definitions of variables, which both leave out.
 */
export function withWrittenLiterals(planner: Planner, apiSchema: GraphQLSchema, needed: NeededKeys): Planner {
  return {
    ...(planner.close === undefined ? {} : { close: () => planner.close?.() ?? Promise.resolve() }),
    plan: async (document, operationName, labels) => {
      const operation = getOperationAST(document, operationName);
      if (operation === null || operation === undefined) return planner.plan(document, operationName, labels);
      const apart = new LiteralsApart(operation, variablesIn(document));
      const planned = apart.of(document, apiSchema, needed);
      if (apart.isEmpty) return planner.plan(document, operationName, labels);
      const plan = await planner.plan(planned, operationName, labels);
      return plan && withLiterals(plan, apart);
    },
  };
}

/** The literals of one operation that variables stand for while it is planned. */
class LiteralsApart {
  /** By the variable that stands for it. */
  readonly values = new Map<string, ValueNode>();
  /** By the client's variable, those that are planned without their default or their directives. */
  readonly defined = new Map<string, VariableDefinitionNode>();
  readonly operation: OperationDefinitionNode;
  readonly #taken: ReadonlySet<string>;
  readonly #definitions = new Map<string, VariableDefinitionNode>();

  constructor(operation: OperationDefinitionNode, taken: ReadonlySet<string>) {
    this.operation = operation;
    this.#taken = taken;
  }

  get isEmpty(): boolean {
    return this.values.size + this.defined.size === 0;
  }

  /** The document as it is planned. */
  of(document: DocumentNode, schema: GraphQLSchema, needed: NeededKeys): DocumentNode {
    const info = new TypeInfo(schema);
    const own = this.operation.variableDefinitions?.map((definition) => this.#planned(definition, schema));
    const chosen = document.definitions.filter(
      (definition) => definition.kind === Kind.FRAGMENT_DEFINITION || definition === this.operation,
    );
    const replaced: DocumentNode = visit(
      { ...document, definitions: chosen },
      visitWithTypeInfo(info, {
        // Constants, all of them.
        [Kind.VARIABLE_DEFINITION]: () => false,
        [Kind.FIELD]: (field) =>
          // The planner asks for the same itself, and has to see that it is the same.
          needed.signatures.get(field.name.value) === signatureOf(field)
            ? undefined
            : this.#replaced(field, info.getFieldDef()?.args),
        [Kind.DIRECTIVE]: (directive) => this.#replaced(directive, info.getDirective()?.args),
      }),
    );
    const variableDefinitions = [...(own ?? []), ...this.#definitions.values()];
    return {
      ...replaced,
      definitions: replaced.definitions.map((definition) =>
        definition.kind === Kind.OPERATION_DEFINITION ? { ...definition, variableDefinitions } : definition,
      ),
    };
  }

  /** Without what is not written as it was. */
  #planned(definition: VariableDefinitionNode, schema: GraphQLSchema): VariableDefinitionNode {
    const { directives, ...plain } = definition;
    const { defaultValue } = definition;
    const type = typeFromAST(schema, definition.type);
    const isAlike =
      defaultValue === undefined || isWrittenAlike(defaultValue, isInputType(type) ? type : undefined);
    if (isAlike && (directives ?? []).length === 0) return definition;
    this.defined.set(definition.variable.name.value, definition);
    if (isAlike) return plain;
    // As one that has a default it may stand where null may not.
    const ofType = definition.type;
    return {
      kind: Kind.VARIABLE_DEFINITION,
      variable: definition.variable,
      type: ofType.kind === Kind.NON_NULL_TYPE ? ofType : { kind: Kind.NON_NULL_TYPE, type: ofType },
    };
  }

  #replaced<Node extends { readonly arguments?: readonly ArgumentNode[] }>(
    node: Node,
    known: readonly GraphQLArgument[] = [],
  ): Node | undefined {
    const { arguments: given = [] } = node;
    const isKept = (argument: ArgumentNode): boolean => isWrittenAlike(argument.value, typeOf(argument));
    const typeOf = ({ name }: ArgumentNode): GraphQLInputType | undefined =>
      known.find((argument) => argument.name === name.value)?.type;
    if (given.every(isKept)) return undefined;
    const replaced = given.map((argument) => {
      const type = typeOf(argument);
      if (type === undefined || isKept(argument)) return argument;
      return { ...argument, value: this.#variableFor(argument.value, type) };
    });
    return { ...node, arguments: replaced };
  }

  /** One for all that are the same: fields that differ in nothing stay such. */
  #variableFor(value: ValueNode, type: GraphQLInputType): VariableNode {
    // Of one type, since fragments are read by it.
    const text = `${type} ${print(inOneOrder(value))}`;
    let definition = this.#definitions.get(text);
    if (definition === undefined) {
      const name = this.#freeName();
      const variable: VariableNode = { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } };
      definition = { kind: Kind.VARIABLE_DEFINITION, variable, type: parseType(String(type)) };
      this.#definitions.set(text, definition);
      this.values.set(name, value);
    }
    return definition.variable;
  }

  #freeName(): string {
    for (let number = this.values.size; ; number += 1) {
      const name = `literal_${number}`;
      if (!this.#taken.has(name) && !this.values.has(name)) return name;
    }
  }
}

function withLiterals(node: PlanNode, apart: LiteralsApart): PlanNode {
  if (node.kind === 'sequence' || node.kind === 'parallel')
    return { ...node, nodes: node.nodes.map((each) => withLiterals(each, apart)) };
  return { ...node, ...writtenFetch(node, apart) };
}

function writtenFetch(
  { operation: text, variables }: Fetch,
  { values, defined, operation }: LiteralsApart,
): Pick<Fetch, 'operation' | 'variables'> {
  const declared = new Set<string>();
  const document: DocumentNode = visit(parse(text, { noLocation: true }), {
    [Kind.VARIABLE_DEFINITION]: (definition) => {
      const name = definition.variable.name.value;
      if (values.has(name)) return null;
      declared.add(name);
      return defined.get(name) ?? false;
    },
    [Kind.VARIABLE]: ({ name }) => values.get(name.value),
  });
  const used = variablesIn(document);
  // Those that stand inside of literals.
  const more = (operation.variableDefinitions ?? []).filter(
    ({ variable: { name } }) => used.has(name.value) && !declared.has(name.value),
  );
  const written: DocumentNode = visit(document, {
    [Kind.OPERATION_DEFINITION]: ({ variableDefinitions = [], ...asked }) => ({
      ...asked,
      variableDefinitions: [...variableDefinitions, ...more],
    }),
  });
  return {
    operation: stripIgnoredCharacters(print(written)),
    variables: [
      ...variables.filter((name) => !values.has(name)),
      ...more.map(({ variable }) => variable.name.value),
    ],
  };
}

function variablesIn(document: DocumentNode): ReadonlySet<string> {
  const found = new Set<string>();
  visit(document, { [Kind.VARIABLE]: ({ name }) => void found.add(name.value) });
  return found;
}
