import { type Allowance, type Principal, refusalOf } from '@tributary/subgraph-kit';
import type { GraphQLFieldResolver } from 'graphql';
import type { DataContext } from '../context.ts';
import type { Attribute, Model, Models } from '../models/model.ts';
import { isFilterable } from '../models/model-sdl.ts';

/** `dataModels`: shows each principal what it may use, decided by the rules that decide when it is used. */
export function catalogueResolvers(
  models: Models,
): Readonly<Record<string, GraphQLFieldResolver<unknown, DataContext>>> {
  return {
    dataModels: (_root, _args, { principal }) => {
      const readable = [...models.values()].filter((model) => mayRead(principal, model));
      const names = new Set(readable.map(({ name }) => name));
      return readable.map((model) => describe(model, names, principal));
    },
  };
}

function describe(model: Model, readable: ReadonlySet<string>, principal: Principal): object {
  const { name, description, store, singular, plural, attributes, lists, write, room } = model;
  const mayWrite = (to: Allowance['to']): boolean =>
    refusalOf(principal, { to, scope: 'data:write' }) === undefined;
  const writable = mayWrite(write);
  return {
    name,
    description,
    store,
    singular,
    plural,
    writable,
    room,
    ownItemsOnly: writable && !mayWrite(write.filter((grant) => grant !== 'OWNER_OF_ROW')),
    fields: attributes
      .filter((attribute) => isVisible(attribute, principal))
      .filter(({ target }) => target === undefined || readable.has(target))
      .map(describeField),
    lists: lists.filter(({ target }) => readable.has(target)),
  };
}

function describeField(attribute: Attribute): object {
  const { name, type, required, unique, system, target, foreign, description } = attribute;
  const filterable = isFilterable(attribute);
  const sortable = filterable && target === undefined && foreign === undefined;
  return {
    name,
    type,
    required,
    unique: unique || name === 'id',
    system,
    filterable,
    sortable,
    target,
    entity: foreign,
    description,
  };
}

function mayRead(principal: Principal, { read }: Model): boolean {
  return refusalOf(principal, { to: read, scope: 'data:read' }) === undefined;
}

/** Who made an item is for members (see `fieldOf` in the models' SDL). */
function isVisible({ name }: Attribute, principal: Principal): boolean {
  return name !== 'createdBy' || refusalOf(principal, { to: ['MEMBER'], scope: 'data:read' }) === undefined;
}
