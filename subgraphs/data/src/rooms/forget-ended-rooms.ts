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

/** Others may be deleting their items right now. */
const marked = `SELECT workspace_id, room, born::text AS born FROM data.room_state
  WHERE ending_at < now() - interval '5 minutes' AND starts_with(room, $1) ORDER BY ending_at LIMIT ${roomsAtOnce}`;
/** Not one that another item of the same id has by now. */
const forgetRoom = `WITH gone AS (DELETE FROM data.room_state WHERE workspace_id = $1 AND room = $2 AND born IS NOT DISTINCT FROM $3::timestamptz AND ending_at IS NOT NULL RETURNING room)
  DELETE FROM data.room_update WHERE workspace_id = $1 AND room = $2 AND EXISTS (SELECT FROM gone)`;
const keepRoom = 'UPDATE data.room_state SET ending_at = NULL WHERE workspace_id = $1 AND room = $2';

/**
 * Removes the texts of items that were deleted when the texts could not be reached, or by a process that ended right after. Only what is marked is looked at:
 * beside an empty or older document store, every text would be that of an item which is not there.
 */
export async function forgetEndedRooms(
  model: Model,
  store: ItemReads,
  { relational, log }: { readonly relational: Relational; readonly log: Logger },
): Promise<void> {
  const key = attributeOf(model, 'id');
  if (key === undefined) throw new TypeError('every model has an id');
  const prefix = `${model.name}/`;
  let forgotten = 0;
  for (let more = true; more; ) {
    const { rows } = await relational.query<RoomRow>(marked, [prefix]);
    for (const { workspace_id: workspaceId, room, born } of rows) {
      const scope = { workspaceId, attributes: noAttributes };
      const [item] = await store.byKey(scope, key, [room.slice(prefix.length)]);
      if (item !== undefined) await relational.query(keepRoom, [workspaceId, room]);
      else {
        await relational.query(forgetRoom, [workspaceId, room, born]);
        forgotten += 1;
      }
    }
    more = rows.length === roomsAtOnce;
  }
  if (forgotten > 0) log.info({ count: forgotten }, 'texts of deleted items are removed');
}
