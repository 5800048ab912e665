import fc from 'fast-check';
import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isUnionType,
} from 'graphql';

export interface GeneratedOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Random valid operations over a schema: nested to `depth`, with aliases, arguments, fragments on every kind of type, and conditions. */
export function operations(schema: GraphQLSchema, depth: number): fc.Arbitrary<GeneratedOperation> {
  const root = schema.getQueryType();
  if (root === undefined || root === null) throw new TypeError('a schema without queries');
  return fc
    .record({
      body: selections(schema, root, { depth }),
      yes: fc.boolean(),
      id: fc.constantFrom('b1', 'b3', 'f2', 'f3', 'none'),
      first: fc.option(fc.integer({ min: 0, max: 6 })),
      scale: fc.integer({ min: 1, max: 4 }),
    })
    .map(({ body, yes, id, first, scale }) => ({
      query: `query ($yes: Boolean!, $id: ID!, $first: Int, $scale: Int!) ${body}
        # every variable is used somewhere, whatever was generated
        fragment Uses on Query { uses: product(id: $id) @include(if: $yes) { rating(scale: $scale) } used: products(first: $first) { id } }`.replace(
        '{',
        '{ ...Uses ',
      ),
      variables: { yes, id, scale, ...(first === null ? {} : { first }) },
    }));
}

/** `under` names the type conditions above: what they ask below for is different under one alias. */
function selections(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  { depth, under = '' }: { readonly depth: number; readonly under?: string },
): fc.Arbitrary<string> {
  const fields = isUnionType(type) ? [] : Object.values(type.getFields());
  const usable = depth > 0 ? fields : fields.filter((field) => !isCompositeType(getNamedType(field.type)));
  const choices: fc.Arbitrary<string>[] = [
    fc.constantFrom('__typename', 'kind: __typename'),
    ...usable.map((field) => selection(schema, { type, field, under }, depth)),
  ];
  if (isAbstractType(type) && depth > 0) {
    const conditions: readonly GraphQLCompositeType[] = [
      ...schema.getPossibleTypes(type),
      ...(isUnionType(type)
        ? [...new Set(schema.getPossibleTypes(type).flatMap((possible) => possible.getInterfaces()))]
        : []),
    ];
    for (const condition of conditions) {
      const fragment = selections(schema, condition, { depth: depth - 1, under: under + condition.name }).map(
        (body) => `... on ${condition.name} ${body}`,
      );
      choices.push(fragment, fragment);
    }
  }
  if (!isUnionType(type) && depth > 1) {
    const again = selections(schema, type, { depth: depth - 2, under });
    choices.push(fc.tuple(conditions, again).map(([condition, body]) => `... ${condition} ${body}`));
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
  readonly under: string;
}

/** One alias always means one field of a type with one set of arguments, so that selections under one key can be merged. */
function selection(
  schema: GraphQLSchema,
  { type, field, under }: FieldOfType,
  depth: number,
): fc.Arbitrary<string> {
  const named = getNamedType(field.type);
  const body = isCompositeType(named)
    ? selections(schema, named, { depth: depth - 1, under })
    : fc.constant('');
  const heads = [...headsOf(field), ...sharedHeads({ type, field, under })];
  return fc
    .record({
      head: fc.constantFrom(...heads),
      condition: fc.option(conditions, { freq: 5 }),
      body,
    })
    .map(({ head, condition, body: below }) => `${head} ${condition ?? ''} ${below}`);
}

const given: Readonly<Record<string, readonly string[]>> = {
  product: ['product_id: product(id: $id)', 'product_b2: product(id: "b2")', 'product_f3: product(id: "f3")'],
  products: ['products', 'products_first: products(first: $first)', 'products_6: products(first: 6)'],
  rating: ['rating', 'rating_scale: rating(scale: $scale)', 'rating_3: rating(scale: 3)'],
  shipping: [
    'shipping',
    'shipping_express: shipping(express: true)',
    'shipping_yes: shipping(express: $yes)',
  ],
};

function headsOf({ name, type }: GraphQLField<unknown, unknown>): readonly string[] {
  const plain = given[name] ?? [name, `again_${name}: ${name}`];
  // Names that every object inherits are names like any other (leaves only, so that one type stands under each).
  return isCompositeType(getNamedType(type)) || name !== 'id'
    ? plain
    : [...plain, `constructor: ${name}`, `toString: ${name}`];
}

/** Under this alias objects of another type, or below one, are asked for another field, of which the answer has the same shape (GraphQL §5.3.2). */
function sharedHeads({ type, field, under }: FieldOfType): readonly string[] {
  if (!isObjectType(type)) return [];
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
