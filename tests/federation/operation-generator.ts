import fc from 'fast-check';
import {
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isUnionType,
  Kind,
  type NameNode,
  parse,
  print,
  visit,
} from 'graphql';

export interface GeneratedOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What operations over a graph are made with. */
export interface Words {
  /** `query` when absent. */
  readonly kind?: 'mutation';
  readonly depth: number;
  /** Fields with arguments, by name: as they are asked. */
  readonly given: Readonly<Record<string, readonly string[]>>;
  /** The whole document around a selection; it uses every variable. */
  readonly document: (selection: string) => string;
  readonly variables: fc.Arbitrary<Readonly<Record<string, unknown>>>;
}

/** Random valid operations over a schema, with aliases, arguments, fragments on every kind of type, and conditions. */
export function operations(schema: GraphQLSchema, words: Words): fc.Arbitrary<GeneratedOperation> {
  const root = words.kind === 'mutation' ? schema.getMutationType() : schema.getQueryType();
  if (root === undefined || root === null) throw new TypeError('a schema without the root type');
  return fc
    .record({
      selection: selections({ schema, words }, root, { depth: words.depth }),
      variables: words.variables,
    })
    .map(({ selection, variables }) => ({ query: spread(words.document(selection)), variables }));
}

/** The same with some of its fragments by name: those of equal texts are one, spread wherever they stand. */
function spread(query: string): string {
  const names = new Map<string, FragmentDefinitionNode>();
  const spreads = visit(parse(query), {
    [Kind.INLINE_FRAGMENT]: {
      leave: ({ typeCondition, selectionSet, directives = [] }) => {
        const text = print(selectionSet);
        if (typeCondition === undefined || text.length % 2 === 0) return undefined;
        const key = `${typeCondition.name.value} ${text}`;
        const name: NameNode = names.get(key)?.name ?? { kind: Kind.NAME, value: `Part${names.size}` };
        names.set(key, { kind: Kind.FRAGMENT_DEFINITION, name, typeCondition, selectionSet });
        return { kind: Kind.FRAGMENT_SPREAD, name, directives };
      },
    },
  });
  return print({ ...spreads, definitions: [...spreads.definitions, ...names.values()] });
}

interface Language {
  readonly schema: GraphQLSchema;
  readonly words: Words;
}

interface Where {
  readonly depth: number;
  /** Names the type conditions above: what they ask below for is different under one alias. Null where one type may be asked twice, by conditions that lead back to it. */
  readonly under?: string | null;
}

function selections(
  language: Language,
  type: GraphQLCompositeType,
  { depth, under = '' }: Where,
): fc.Arbitrary<string> {
  const { schema } = language;
  const fields = isUnionType(type) ? [] : Object.values(type.getFields());
  const usable = depth > 0 ? fields : fields.filter((field) => !isCompositeType(getNamedType(field.type)));
  const choices: fc.Arbitrary<string>[] = [
    fc.constantFrom('__typename', 'kind: __typename'),
    ...usable.map((field) => selection(language, { type, field, under }, depth)),
  ];
  if (isAbstractType(type) && depth > 0) {
    const possible = schema.getPossibleTypes(type);
    const interfaces = new Set(
      possible.flatMap((each) => each.getInterfaces()).filter((each) => each !== type),
    );
    const narrower: readonly GraphQLCompositeType[] = [...possible, ...interfaces];
    for (const condition of narrower) {
      // Below an interface, another leads back to types that are asked beside it.
      const isNamed = under !== null && (isUnionType(type) || isObjectType(condition));
      const body = selections(language, condition, {
        depth: depth - 1,
        under: isNamed ? under + condition.name : null,
      });
      const fragment = fc
        .tuple(fc.option(conditions, { freq: 4, nil: '' }), body)
        .map(([directive, text]) => `... on ${condition.name} ${directive} ${text}`);
      choices.push(fragment, fragment);
    }
  }
  // Below these, conditions may lead to types that no object can have at once.
  if (isObjectType(type) && depth > 1)
    for (const { name } of type.getInterfaces()) {
      const named = schema.getType(name);
      if (!isAbstractType(named)) continue;
      const body = selections(language, named, { depth: depth - 1, under: null });
      choices.push(body.map((text) => `... on ${name} ${text}`));
    }
  if (!isUnionType(type) && depth > 1) {
    const again = selections(language, type, { depth: depth - 2, under });
    const on = fc.constantFrom('', `on ${type.name}`);
    choices.push(
      fc.tuple(on, conditions, again).map(([own, condition, body]) => `... ${own} ${condition} ${body}`),
    );
  }
  return fc
    .array(fc.oneof(...choices), { minLength: 1, maxLength: 5 })
    .map((chosen) => `{ ${chosen.join(' ')} }`);
}

const conditions = fc.constantFrom(
  '@include(if: $yes)',
  '@skip(if: $yes)',
  '@include(if: true)',
  '@skip(if: false)',
);

interface FieldOfType {
  readonly type: GraphQLCompositeType;
  readonly field: GraphQLField<unknown, unknown>;
  readonly under: string | null;
}

/** One alias always means one field of a type with one set of arguments, so that selections under one key can be merged. */
function selection(
  language: Language,
  { type, field, under }: FieldOfType,
  depth: number,
): fc.Arbitrary<string> {
  const named = getNamedType(field.type);
  const body = isCompositeType(named)
    ? selections(language, named, { depth: depth - 1, under })
    : fc.constant('');
  const { given } = language.words;
  const heads = [...headsOf(field, given), ...sharedHeads({ type, field, under }, given)];
  return fc
    .record({
      head: fc.constantFrom(...heads),
      condition: fc.option(conditions, { freq: 5 }),
      body,
    })
    .map(({ head, condition, body: below }) => `${head} ${condition ?? ''} ${below}`);
}

function headsOf({ name, type }: GraphQLField<unknown, unknown>, given: Words['given']): readonly string[] {
  const plain = given[name] ?? [name, `again_${name}: ${name}`];
  // Names that every object inherits are names like any other (leaves only, so that one type stands under each).
  return isCompositeType(getNamedType(type)) || name !== 'id'
    ? plain
    : [...plain, `constructor: ${name}`, `toString: ${name}`];
}

/** Under this alias objects of another type, or below one, are asked for another field, of which the answer has the same shape (GraphQL §5.3.2). */
function sharedHeads({ type, field, under }: FieldOfType, given: Words['given']): readonly string[] {
  if (!isObjectType(type) || under === null) return [];
  const shape = shapeOf(field);
  const alike = Object.values(type.getFields()).filter((other) => shapeOf(other) === shape);
  if (alike[(type.name + under).length % alike.length] !== field) return [];
  const [asked = field.name] = given[field.name] ?? [];
  const head = `shared_${shape}: ${asked.slice(asked.indexOf(':') + 1)}`;
  return [head, head];
}

function shapeOf({ type }: GraphQLField<unknown, unknown>): string {
  const named = getNamedType(type);
  const shape = isCompositeType(named) ? String(type).replace(named.name, 'Object') : String(type);
  return shape.replaceAll(/\W/g, (mark) => `_${mark.charCodeAt(0)}`);
}
