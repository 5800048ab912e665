import type { GraphQLFieldResolver } from 'graphql';
import type { DataContext } from '../context.ts';
import type { Item } from '../items/item-store.ts';
import { attributeOf, keyAttributes, type Model, type Models, modelNamed } from '../models/model.ts';
import type { ListArguments } from '../queries/list-request.ts';
import { mentionedFields } from '../queries/mentioned-fields.ts';
import { holdsType } from '../queries/value-type.ts';

type ItemResolver = GraphQLFieldResolver<Item, DataContext>;

/**
 * Resolvers of a model's type: only what leads to other items. Leaves have none, since rows come with GraphQL's names.
 */
export function itemResolvers(model: Model, models: Models): Readonly<Record<string, unknown>> {
  const resolvers: Record<string, unknown> = { __resolveReference: referenceResolver(model) };
  for (const attribute of model.attributes) {
    if (attribute.target !== undefined)
      resolvers[attribute.name] = oneResolver(attribute.name, modelNamed(models, attribute.target));
    if (attribute.foreign !== undefined) resolvers[attribute.name] = foreignResolver(attribute.name);
  }
  for (const list of model.lists) {
    const resolve: ItemResolver = (parent, args: ListArguments, context, info) => {
      const [node] = info.fieldNodes;
      if (node === undefined) throw new TypeError('a field is resolved for a node');
      return context.reader.related(parent.id, {
        relation: list,
        node,
        args,
        attributes: mentionedFields(info),
      });
    };
    resolvers[list.name] = resolve;
  }
  return resolvers;
}

function oneResolver(name: string, target: Model): ItemResolver {
  const key = attributeOf(target, 'id');
  return (parent, _args, context, info) => {
    const value = parent[name];
    if (typeof value !== 'string' || key === undefined) return null;
    return context.reader.byKey(target, key, { value, attributes: mentionedFields(info) });
  };
}

/** Only the id: whether there is such an entity, and whether the caller may see it, is its owner's to say. */
function foreignResolver(name: string): ItemResolver {
  return (parent) => (typeof parent[name] === 'string' ? { id: parent[name] } : null);
}

/**
 * Resolves a representation by the first key it names. Everything else in it is ignored: what it claims is not what is stored.
 * A key that cannot exist is answered like one that does not.
 */
function referenceResolver(
  model: Model,
): (
  representation: Readonly<Record<string, unknown>>,
  context: DataContext,
  info: Parameters<ItemResolver>[3],
) => unknown {
  const keys = keyAttributes(model);
  return (representation, context, info) => {
    const key = keys.find(({ name }) => representation[name] !== undefined && representation[name] !== null);
    const value = key === undefined ? undefined : representation[key.name];
    if (key === undefined || !holdsType(key, value)) return null;
    return context.reader.byKey(model, key, { value: String(value), attributes: mentionedFields(info) });
  };
}
