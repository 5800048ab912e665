import { parse, print } from 'graphql';
import { constraintInWords } from './constraint.ts';
import {
  type Attribute,
  keyAttributes,
  type ListRelation,
  type Model,
  type Models,
  modelNamed,
  type ScalarType,
} from './model.ts';
import { upperFirst } from './names.ts';

/** The federated API of all models, in SDL; the kit adds the directives' definitions. */
export function modelTypeDefs(models: Models): string {
  const text = [
    commonTypeDefs,
    ...foreignTypes(models),
    ...[...models.values()].flatMap((model) => [
      itemTypes(model, models),
      inputTypes(model),
      rootFields(model),
    ]),
  ].join('\n');
  return print(parse(text));
}

/** Stubs of the entities that models refer to: their owners have the rest, and alone resolve them. */
function foreignTypes(models: Models): readonly string[] {
  const used = [...models.values()].flatMap(({ attributes }) =>
    attributes.flatMap(({ foreign }) => foreign ?? []),
  );
  return [...new Set(used)]
    .sort()
    .map((name) => `type ${name} @key(fields: "id", resolvable: false) { id: ID! }`);
}

const readScope = 'data:read';
const writeScope = 'data:write';

function itemTypes(model: Model, models: Models): string {
  const { name, singular } = model;
  const keys = keyAttributes(model)
    .map((attribute) => `@key(fields: "${attribute.name}")`)
    .join(' ');
  const fields = model.attributes.map((attribute) => fieldOf(attribute, model, models));
  const lists = model.lists.map((list) => listFieldOf(list, model, models));
  return `
${description(model.description)}type ${name} ${keys} ${allow(model, 'read')} {
  ${[...fields, ...lists].join('\n  ')}
}
type ${name}Edge { cursor: Cursor! node: ${name}! }
type ${name}Connection {
  edges: [${name}Edge!]!
  nodes: [${name}!]!
  pageInfo: PageInfo!
  "All items that match, over all pages; counted only when asked for."
  totalCount: Int! @cost(weight: 10)
}
"What became of one item of a bulk mutation: the item, or the reason why not."
type ${name}Result { ${singular}: ${name} ${allow(model, 'write')} error: ItemError }
"One change, as it happened."
type ${name}Change {
  "Continues right after this change."
  cursor: Cursor!
  kind: ChangeKind!
  id: ID!
  version: Int!
  "The state after the change; null when it was deleted."
  ${singular}: ${name}
  "The state before the change; null when it was created."
  previous: ${name}
  changedFields: [String!]!
  changedAt: DateTime!
  "The user or API key that made the change; members see it."
  changedBy: String @allow(to: ["MEMBER"], scope: "${readScope}")
}`;
}

function fieldOf(attribute: Attribute, model: Model, models: Models): string {
  const text = description(describedWithBounds(attribute));
  if (attribute.name === 'createdBy')
    return `${text}createdBy: String @allow(to: ["MEMBER"], scope: "${readScope}")`;
  if (attribute.foreign !== undefined) return `${text}${attribute.name}: ${attribute.foreign}`;
  if (attribute.target === undefined)
    return `${text}${attribute.name}: ${attribute.type}${attribute.required ? '!' : ''}`;
  const target = modelNamed(models, attribute.target);
  // A document's reference is no foreign key, and what a reader may not see is null: both make the other end optional.
  const always = attribute.required && model.store === 'RELATIONAL' && hasSameReaders(model, target);
  return `${text}${attribute.name}: ${target.name}${always ? '!' : rule(model, target)}`;
}

function listFieldOf(list: ListRelation, model: Model, models: Models): string {
  const target = modelNamed(models, list.target);
  const type = `${target.name}Connection${hasSameReaders(model, target) ? '!' : rule(model, target)}`;
  return `${description(list.description)}${list.name}(${listArguments(target.name)}): ${type}`;
}

/** Whoever sees an item of one sees those of the other: then the way between them needs no rule, and is never null. */
function hasSameReaders(model: Model, target: Model): boolean {
  return (
    !target.read.includes('OWNER_OF_ROW') && [...model.read].sort().join() === [...target.read].sort().join()
  );
}

/** Decides on the field itself, so that a refusal takes this field from the answer and nothing round it. */
function rule(model: Model, target: Model): string {
  return hasSameReaders(model, target) ? '' : ` ${allow(target, 'read')}`;
}

function inputTypes(model: Model): string {
  const { name } = model;
  const own = model.attributes.filter(({ system }) => !system);
  const filterable = model.attributes.filter(isFilterable);
  const references = own.flatMap(({ name: field, target, foreign }) => {
    if (foreign !== undefined) return [`${field}Id: ID`];
    return target === undefined ? [] : [`${field}: ${target}Ref`, `${field}Id: ID`];
  });
  const scalars = own.filter(isScalar);
  const refKeys = keyAttributes(model).map((attribute) => `${attribute.name}: ${attribute.type}`);
  return `
"All conditions given must hold; \`{}\` as a whole is for all. A condition that is null, empty or lost with its variable is refused."
input ${name}Where {
  and: [${name}Where!]
  or: [${name}Where!]
  not: ${name}Where
  ${filterable.map((attribute) => `${attribute.name}: ${comparisonOf(attribute.type)}`).join('\n  ')}
}
"One field of the sort order, in each entry of the list."
input ${name}Order { ${filterable
    .filter(isScalar)
    .map((attribute) => `${attribute.name}: SortDirection`)
    .join(' ')} }
"Names one ${name} by exactly one of its keys."
input ${name}Ref { ${refKeys.join(' ')} }
input ${name}Input { ${clientId} ${[...scalars.map((attribute) => `${boundsOf(attribute)}${attribute.name}: ${attribute.type}${attribute.required ? '!' : ''}`), ...references].join(' ')} }
"Only what is named is changed; null empties an optional field."
input ${name}Patch { ${[...scalars.map((attribute) => `${boundsOf(attribute)}${attribute.name}: ${attribute.type}`), ...references].join(' ')} }`;
}

/** Bounds as a sentence after the model's own words: `Degrees north of the equator. From -90 to 90.` */
function describedWithBounds({ description: text, constraint }: Attribute): string | undefined {
  if (constraint === undefined) return text;
  const sentence = `${upperFirst(constraintInWords(constraint))}.`;
  return text === undefined ? sentence : `${text} ${sentence}`;
}

function boundsOf({ constraint }: Attribute): string {
  return constraint === undefined ? '' : description(`${upperFirst(constraintInWords(constraint))}.`);
}

const clientId = `
  "A UUID in lower case made by the client, so that creating again is refused with CONFLICT instead of making a second one. Without it, the server makes one."
  id: ID`;

/** What `where` can name: everything but JSON, and but who made an item, which not every reader may learn. */
export function isFilterable(attribute: Attribute): boolean {
  return attribute.type !== 'JSON' && attribute.name !== 'createdBy';
}

function isScalar({ target, foreign }: Attribute): boolean {
  return target === undefined && foreign === undefined;
}

function comparisonOf(type: ScalarType): string {
  return `${type}Comparison`;
}

function rootFields(model: Model): string {
  const { name, singular, plural } = model;
  const keys = keyAttributes(model)
    .map((attribute) => `${attribute.name}: ${attribute.type}`)
    .join(', ');
  const read = allow(model, 'read');
  const write = allow(model, 'write');
  // What is answered was stored before (decision 275); of what it makes, a key sees what it has sent.
  const seeing = allow(model, 'write', `${writeScope} ${readScope}`);
  const topic = topicOf(model);
  const types = eventTypesOf(model)
    .map((type) => `"${type}"`)
    .join(', ');
  return `
extend type Query {
  "The one with this key; null when there is none. Exactly one key is given."
  ${singular}(${keys}): ${name} ${read}
  ${plural}(${listArguments(name)}): ${name}Connection ${read}
}
extend type Mutation {
  create${name}(input: ${name}Input!): ${name} ${write}
  "Makes up to 1,000 at once. Each is made or refused by itself; results keep the order of the input."
  create${upperFirst(plural)}(input: [${name}Input!]!): [${name}Result!] ${write}
  "Refused with VERSION_CONFLICT when somebody changed it since \`expectedVersion\`."
  update${name}(id: ID!, input: ${name}Patch!, expectedVersion: Int): ${name} ${seeing}
  "Answers the last state. Refused with STILL_REFERENCED while others refer to it."
  delete${name}(id: ID!, expectedVersion: Int): ${name} ${seeing}
}
extend type Subscription {
  "Changes from now on, or from right after the cursor \`after\`; only those for which \`where\` holds."
  ${singular}Changed(where: ${name}Where, after: Cursor): ${name}Change ${read}
    @logStream(topic: "${topic}", types: [${types}], subject: "${name}/*", filter: "where")
}`;
}

export function topicOf(model: Model): string {
  return model.store === 'DOCUMENT' ? 'data.document' : 'data.record';
}

export function eventTypesOf(model: Model): readonly string[] {
  return ['created', 'updated', 'deleted'].map((verb) => `${topicOf(model)}.${verb}`);
}

function listArguments(target: string): string {
  return `where: ${target}Where, orderBy: [${target}Order!], first: Int, after: Cursor`;
}

function allow(
  model: Model,
  side: 'read' | 'write',
  scope = side === 'read' ? readScope : writeScope,
): string {
  return `@allow(to: [${model[side].map((grant) => `"${grant}"`).join(', ')}], scope: "${scope}")`;
}

function description(text: string | undefined): string {
  return text === undefined ? '' : `${JSON.stringify(text)}\n  `;
}

const ordered = (type: string): string =>
  `eq: ${type} ne: ${type} in: [${type}!] lt: ${type} lte: ${type} gt: ${type} gte: ${type} isNull: Boolean`;

const comparisonInputs = `
input StringComparison {
  ${ordered('String')} contains: String startsWith: String
  "Lets A–Z stand for a–z in contains and startsWith, and folds no other letter: é does not find É. The same on every engine. Refused beside another comparison."
  ignoreCase: Boolean
}
input IntComparison { ${ordered('Int')} }
input FloatComparison { ${ordered('Float')} }
input DateTimeComparison { ${ordered('DateTime')} }
input BooleanComparison { eq: Boolean ne: Boolean isNull: Boolean }
input IDComparison { eq: ID ne: ID in: [ID!] isNull: Boolean }`;

const sharedTypes = `
enum ChangeKind { CREATED UPDATED DELETED }
"What the values of a field keep to: a number's bounds, inclusive, or a text's length in characters. Null keeps to everything."
type FieldConstraint {
  "Where it holds: the field itself, and the fields of inputs that set it, as \`Airport.latitude\`."
  coordinates: [String!]!
  min: Float
  max: Float
  minLength: Int
  maxLength: Int
}
extend type Query {
  "The constraints of all models, for forms that check what is typed, and for the REST API's document."
  fieldConstraints: [FieldConstraint!] @allow(to: ["PUBLIC"])
}
"Why one item of a bulk mutation was refused; the codes are those of every error."
type ItemError { code: String! message: String! details: JSON }`;

/** What there is once, however many models there are. */
export const commonTypeDefs = `${comparisonInputs}\n${sharedTypes}`;
