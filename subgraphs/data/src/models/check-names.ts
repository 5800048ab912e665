import { foreignEntities, platformNames } from '@tributary/schema';
import type { Faults } from './faults.ts';
import type { Draft } from './link-lists.ts';
import { type Model, scalarTypes } from './model.ts';
import { upperFirst } from './names.ts';

const reservedTypes = new Set<string>([
  ...foreignEntities,
  ...scalarTypes,
  'Base64',
  'Cursor',
  'Query',
  'Mutation',
  'Subscription',
  'PageInfo',
  'SortDirection',
  'ItemError',
  'FieldConstraint',
  'ChangeKind',
  'DataModel',
  'DataModelField',
  'DataModelList',
  // The texts of rooms and the shapes of documents are tables beside those of models.
  'RoomUpdate',
  'RoomState',
  'DocumentShape',
]);

/** What a model's name is put before to name a type. */
const suffixes = ['Connection', 'Edge', 'Where', 'Order', 'Input', 'Patch', 'Ref', 'Result', 'Change'];

/**
 * Types and root fields of one name are one type and one field to the composer, whoever has them: it would merge a model `Member` with the members of a
 * workspace, or say that fields do not fit. So no two models may make one name (`Data` and its plural `Data`), and none what another subgraph has.
 */
export function checkNames(drafts: readonly Draft[], faults: Faults): void {
  const platform = platformNames();
  const taken = new Map<string, string>();
  for (const { node, model } of drafts) {
    const { name, singular, plural } = model;
    if (reservedTypes.has(name)) faults.add(node, name, 'this name is taken by the system');
    const made = { types: [name, ...suffixes.map((suffix) => name + suffix)], fields: rootFieldsOf(model) };
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
    if (foreign !== undefined && !reservedTypes.has(name))
      faults.add(
        node,
        name,
        `${foreign[0]} is a name of the subgraph ${foreign[1]}; choose another name${made.types.includes(String(foreign[0])) ? '' : ' or plural'}`,
      );
  }
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
