import type { Clock } from '@tributary/runtime';
import type { GraphQLFieldResolver } from 'graphql';
import type { DataContext } from '../context.ts';
import { eventOf } from '../items/change-event.ts';
import { notFound } from '../items/refusals.ts';
import type { Model } from '../models/model.ts';
import type { Presence, PresenceUpdate, Present } from '../rooms/presence.ts';
import { isClosing, noteToEdit, noteToRead, roomOf } from '../rooms/room-access.ts';
import type { RoomLog } from '../rooms/room-log.ts';
import type { RoomTexts } from '../rooms/room-texts.ts';

type Resolvers = Readonly<Record<string, GraphQLFieldResolver<unknown, DataContext>>>;

export interface RoomParts {
  readonly roomLog: RoomLog;
  readonly texts: RoomTexts;
  readonly presence: Presence;
  readonly clock: Clock;
}

interface NoteArguments {
  readonly noteId: string;
}

/** The texts and the presence of the model that is a `@room`. */
export function roomResolvers(
  model: Model,
  parts: RoomParts,
): { readonly Query: Resolvers; readonly Mutation: Resolvers; readonly Subscription: Resolvers } {
  const { presence } = parts;
  return {
    Query: {
      noteDocument: async (_root, { noteId }: NoteArguments, context) => {
        const note = await noteToRead(model, noteId, context);
        return { noteId, ...(await parts.roomLog.read(roomOf(model, note, context.principal.workspaceId))) };
      },
    },
    Mutation: {
      applyDocUpdate: async (_root, args: NoteArguments & { readonly update: Uint8Array }, context) => {
        const { principal } = context;
        const note = await noteToEdit(model, args.noteId, context);
        const update = await parts.texts.admitted(args.update, principal);
        const room = roomOf(model, note, principal.workspaceId);
        const data = { update: Buffer.from(update).toString('base64') };
        const event = eventOf(
          { topic: 'data.room', verb: 'updated', subject: room.room, data },
          principal,
          parts.clock,
        );
        return {
          seq: await parts.roomLog.append({ ...room, update, event }),
        };
      },
      setPresence: async (_root, args: PresenceUpdate, context) => {
        await noteToRead(model, args.noteId, context);
        return presence.set(context.principal, args);
      },
    },
    Subscription: {
      docUpdates: async (
        _root,
        { noteId, after }: NoteArguments & { readonly after?: string | null },
        context,
      ) => {
        const { principal, stream } = context;
        if (stream === undefined) {
          const note = await noteToRead(model, noteId, context);
          if (after !== undefined && after !== null) return null;
          const { state } = await parts.roomLog.read(roomOf(model, note, principal.workspaceId));
          return { cursor: null, snapshot: true, update: await state() };
        }
        const { event, cursor } = stream;
        if (event.workspaceid !== principal.workspaceId || event.subject !== `${model.name}/${noteId}`)
          return null;
        if (isClosing(event)) throw notFound(model);
        if (!(await context.reader.mayReadById(model, noteId))) return null;
        return { cursor, snapshot: false, update: (event.data as { readonly update: string }).update };
      },
      presenceChanged: async (_root, { noteId }: NoteArguments, context) => {
        const { principal, stream } = context;
        if (stream === undefined) {
          await noteToRead(model, noteId, context);
          return { snapshot: true, clients: await presence.list(principal.workspaceId, noteId) };
        }
        const { event } = stream;
        if (event.workspaceid !== principal.workspaceId || event.subject !== `Presence/${noteId}`)
          return null;
        if (isClosing(event)) throw notFound(model);
        if (!(await context.reader.mayReadById(model, noteId))) return null;
        return { snapshot: false, clients: [event.data as Present] };
      },
    },
  };
}
