import { type Clock, CodedError } from '@tributary/runtime';
import type { GraphQLFieldResolver } from 'graphql';
import type { DataContext } from '../context.ts';
import type { Item } from '../items/item-store.ts';
import type { Model } from '../models/model.ts';
import { upperFirst } from '../models/names.ts';
import type { ReaderParts } from '../reading/item-reader.ts';
import type { Presence } from '../rooms/presence.ts';
import { roomName, roomOf } from '../rooms/room-access.ts';
import type { RoomLog } from '../rooms/room-log.ts';
import { createItem, createItems } from '../usecases/create-items.ts';
import { deleteItem } from '../usecases/delete-item.ts';
import type { Input } from '../usecases/read-input.ts';
import { type Target, updateItem } from '../usecases/update-item.ts';
import type { WriteParts } from '../usecases/write-parts.ts';

export interface MutationParts extends ReaderParts {
  readonly clock: Clock;
  readonly roomLog: RoomLog;
  readonly presence: Presence;
}

type RootResolver = GraphQLFieldResolver<unknown, DataContext>;

/** `createAirport`, `createAirports`, `updateAirport`, `deleteAirport`. */
export function mutationResolvers(
  model: Model,
  parts: MutationParts,
): Readonly<Record<string, RootResolver>> {
  const withCaller = ({ principal, reader, signal }: DataContext): WriteParts => ({
    ...parts,
    principal,
    reader,
    signal,
  });
  return {
    [`create${model.name}`]: (_root, { input }: { input: Input }, context) =>
      createItem(model, input, withCaller(context)),
    [`create${upperFirst(model.plural)}`]: async (_root, { input }: { input: readonly Input[] }, context) => {
      const creations = await createItems(model, input, withCaller(context));
      return creations.map((creation) =>
        creation instanceof CodedError
          ? { error: { code: creation.code, message: creation.message, details: creation.details } }
          : { [model.singular]: creation },
      );
    },
    [`update${model.name}`]: (_root, args: Target & { input: Input }, context) =>
      updateItem(model, args, withCaller(context)),
    [`delete${model.name}`]: async (_root, args: Target, context) => {
      const { workspaceId } = context.principal;
      const end = (): Promise<Item> => deleteItem(model, args, withCaller(context));
      if (!model.room) return end();
      const room = { workspaceId, room: roomName(model, args.id) };
      const bornOf = (item: Item): string => roomOf(model, item, workspaceId).born;
      const item = await parts.roomLog.endWith(room, { end, bornOf });
      await parts.presence.close(context.principal, item.id);
      return item;
    },
  };
}
