import { foreignEntities, platformNames, sharedTypeDefs } from '@tributary/schema';
import { isTypeDefinitionNode, Kind, parse } from 'graphql';
import { roomTypeDefs } from '../rooms/room-sdl.ts';
import { catalogueTypeDefs } from './catalogue-sdl.ts';
import type { Faults } from './faults.ts';
import type { Draft } from './link-lists.ts';
import { type Model, scalarTypes } from './model.ts';
import { commonTypeDefs } from './model-sdl.ts';
import { platformTables, upperFirst } from './names.ts';

const reservedTypes = new Set<string>([
  ...foreignEntities,
  ...scalarTypes,
  'Query',
  'Mutation',
  'Subscription',
]);

/** Beside these fields a change of an item, or the outcome of one of many, has a field of the model's name. */
const besideItem = new Set([
  'cursor',
  'kind',
  'id',
  'version',
  'previous',
  'changedFields',
  'changedAt',
  'changedBy',
  'error',
]);

/** Statements are prepared under the table's name, with up to 9 characters before or after it, and collections have names of 48: PostgreSQL cuts names at 63. */
const mostTableLength = { RELATIONAL: 54, DOCUMENT: 48 } as const;

/** What a model's name is put before to name a type. */
const suffixes = ['Connection', 'Edge', 'Where', 'Order', 'Input', 'Patch', 'Ref', 'Result', 'Change'];

/**
 * Types and root fields of one name are one type and one field to the composer, whoever has them: it would merge a model `Member` with the members of a
 * workspace, or say that fields do not fit. So no two models may make one name (`Data` and its plural `Data`), and none what another subgraph has.
 */
export function checkNames(drafts: readonly Draft[], faults: Faults): void {
  const platform = platformNames();
  const common = commonNames(drafts);
  const taken = new Map<string, string>();
  const tables = new Map<string, string>();
  for (const { node, model } of drafts) {
    const { name, singular, plural, table, store } = model;
    const made = { types: [name, ...suffixes.map((suffix) => name + suffix)], fields: rootFieldsOf(model) };
    const ours = [...made.types, ...made.fields].find((each) => common.has(each));
    if (
      reservedTypes.has(name) ||
      common.has(name) ||
      besideItem.has(singular) ||
      platformTables.includes(table)
    )
      faults.add(node, name, 'this name is taken by the system');
    else if (ours !== undefined)
      faults.add(node, name, `${ours} is taken by the system; choose another name or plural`);
    if (table.length > mostTableLength[store])
      faults.add(
        node,
        name,
        `is stored as ${table}, which has more than ${mostTableLength[store]} letters; choose a shorter name, or one with fewer capitals`,
      );
    const stored = tables.get(table);
    if (stored !== undefined && stored !== name)
      faults.add(node, name, `is stored as ${table}, as ${stored} is; choose another name`);
    tables.set(table, name);
    for (const claim of [...made.types, singular, plural]) {
      const owner = taken.get(claim);
      if (owner !== undefined)
        faults.add(node, name, `${claim} is also made from ${owner}; choose another name or plural`);
      taken.set(claim, name);
    }
    const foreign = [
      ...made.types.map((type) => [type, platform.types[type]]),
      ...made.fields.map((field) => [field, platform.fields[field]]),
    ].find(([, subgraph]) => subgraph !== undefined);
    if (foreign !== undefined && ours === undefined && !reservedTypes.has(name))
      faults.add(
        node,
        name,
        `${foreign[0]} is a name of the subgraph ${foreign[1]}; choose another name${made.types.includes(String(foreign[0])) ? '' : ' or plural'}`,
      );
  }
}

/** What the API calls its types and root fields (`Query.dataModels`) whatever the models are, the texts of rooms included where one model has them. */
function commonNames(drafts: readonly Draft[]): ReadonlySet<string> {
  const room = drafts.find(({ model }) => model.room);
  const texts = [sharedTypeDefs(), catalogueTypeDefs, commonTypeDefs];
  const { definitions } = parse(
    [...texts, ...(room === undefined ? [] : [roomTypeDefs(room.model)])].join('\n'),
  );
  return new Set(
    definitions.flatMap((definition): readonly string[] => {
      if (definition.kind === Kind.OBJECT_TYPE_EXTENSION)
        return (definition.fields ?? []).map((field) => `${definition.name.value}.${field.name.value}`);
      return isTypeDefinitionNode(definition) ? [definition.name.value] : [];
    }),
  );
}

function rootFieldsOf({ name, singular, plural }: Model): readonly string[] {
  return [
    `Query.${singular}`,
    `Query.${plural}`,
    `Mutation.create${name}`,
    `Mutation.create${upperFirst(plural)}`,
    `Mutation.update${name}`,
    `Mutation.delete${name}`,
    `Subscription.${singular}Changed`,
  ];
}
