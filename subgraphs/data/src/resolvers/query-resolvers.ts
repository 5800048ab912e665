import type { GraphQLFieldResolver } from 'graphql';
import type { DataContext } from '../context.ts';
import type { Model } from '../models/model.ts';
import type { ListArguments } from '../queries/list-request.ts';
import { mentionedFields } from '../queries/mentioned-fields.ts';
import { type Input, readKey } from '../usecases/read-input.ts';

type RootResolver = GraphQLFieldResolver<unknown, DataContext>;

/** `airport(id | iata)` and `airports(where, orderBy, first, after)`. */
export function queryResolvers(model: Model): Readonly<Record<string, RootResolver>> {
  return {
    [model.singular]: (_root, args: Input, context, info) => {
      const { key, value } = readKey(model, args, model.singular);
      return context.reader.byKey(model, key, { value, attributes: mentionedFields(info) });
    },
    [model.plural]: (_root, args: ListArguments, context, info) =>
      context.reader.list(model, args, mentionedFields(info)),
  };
}
