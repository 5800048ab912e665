import type { Relational } from '@tributary/engines/relational';
import type { Logger } from '@tributary/runtime';
import type { ItemReads } from '../items/item-store.ts';
import { attributeOf, type Model } from '../models/model.ts';

interface RoomRow {
  readonly workspace_id: string;
  readonly room: string;
  readonly born: string | null;
}

const roomsAtOnce = 1_000;
const noAttributes: ReadonlySet<string> = new Set();

const nextRooms = `SELECT workspace_id, room, born::text AS born FROM data.room_state
  WHERE (workspace_id, room) > ($1, $2) AND starts_with(room, $3) ORDER BY workspace_id, room LIMIT ${roomsAtOnce}`;
/** Not one that another item of the same id has by now. */
const forgetRoom = `WITH gone AS (DELETE FROM data.room_state WHERE workspace_id = $1 AND room = $2 AND born IS NOT DISTINCT FROM $3::timestamptz RETURNING room)
  DELETE FROM data.room_update WHERE workspace_id = $1 AND room = $2 AND EXISTS (SELECT FROM gone)`;

/**
 * Removes the texts of items that are not there any more: of those that were deleted when the texts could not be reached, or by a process that ended right
 * after, and what was written into one while it was deleted.
 */
export async function forgetEndedRooms(
  model: Model,
  store: ItemReads,
  { relational, log }: { readonly relational: Relational; readonly log: Logger },
): Promise<void> {
  const key = attributeOf(model, 'id');
  if (key === undefined) throw new TypeError('every model has an id');
  const prefix = `${model.name}/`;
  const idOf = ({ room }: RoomRow): string => room.slice(prefix.length);
  let forgotten = 0;
  let after: Pick<RoomRow, 'workspace_id' | 'room'> = {
    workspace_id: '00000000-0000-0000-0000-000000000000',
    room: '',
  };
  for (;;) {
    const { rows } = await relational.query<RoomRow>(nextRooms, [after.workspace_id, after.room, prefix]);
    for (const workspaceId of new Set(rows.map(({ workspace_id }) => workspace_id))) {
      const rooms = rows.filter(({ workspace_id }) => workspace_id === workspaceId);
      const scope = { workspaceId, attributes: noAttributes };
      const there = new Set((await store.byKey(scope, key, rooms.map(idOf))).map(({ id }) => id));
      for (const ended of rooms.filter((room) => !there.has(idOf(room)))) {
        await relational.query(forgetRoom, [workspaceId, ended.room, ended.born]);
        forgotten += 1;
      }
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < roomsAtOnce) break;
    after = last;
  }
  if (forgotten > 0) log.info({ count: forgotten }, 'texts of deleted items are removed');
}
