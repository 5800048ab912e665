import type { OutgoingEvent } from '@tributary/engines/outbox';
import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Relational, Sql } from '@tributary/engines/relational';
import { CodedError } from '@tributary/runtime';
import { compactedState, maxStateBytes, mergedUpdate } from './room-text.ts';

/** After so many updates the room's state is written anew and the updates in it are dropped. */
const updatesPerState = 100;

export interface RoomUpdate {
  readonly workspaceId: string;
  readonly room: string;
  readonly update: Uint8Array;
  readonly event: OutgoingEvent;
}

export interface RoomState {
  readonly seq: number;
  /** One Yjs update that makes the whole text. */
  readonly state: Uint8Array;
}

const holdRoom = `INSERT INTO data.room_state AS s (room, workspace_id, seq, state) VALUES ($1, $2, 0, '')
  ON CONFLICT (workspace_id, room) DO UPDATE SET updated_at = s.updated_at RETURNING s.seq::integer AS seq`;
const appendUpdate = `INSERT INTO data.room_update (workspace_id, room, seq, update)
  SELECT $1, $2, greatest($3, coalesce(max(u.seq), 0)) + 1, $4 FROM data.room_update u WHERE u.workspace_id = $1 AND u.room = $2 RETURNING seq::integer AS seq`;
const readParts = `SELECT seq::integer AS seq, state AS bytes FROM data.room_state WHERE room = $1 AND workspace_id = $2
  UNION ALL SELECT seq::integer, update FROM data.room_update WHERE room = $1 AND workspace_id = $2 ORDER BY seq`;
const writeState =
  'UPDATE data.room_state SET seq = $3, state = $4, updated_at = now() WHERE room = $1 AND workspace_id = $2';
const dropUpdates = 'DELETE FROM data.room_update WHERE room = $1 AND workspace_id = $2 AND seq <= $3';

/** The texts of rooms: a state, and the updates since. */
export class RoomLog {
  readonly #relational: Relational;

  constructor(relational: Relational) {
    this.#relational = relational;
  }

  /**
   * Appends an update with its event, in one transaction, and answers its number in the room: 1, 2, 3 … without gaps.
   * @throws CodedError PAYLOAD_TOO_LARGE when the room is full.
   */
  append({ workspaceId, room, update, event }: RoomUpdate): Promise<number> {
    return this.#relational.transaction(async (tx) => {
      // The state's row is the room's lock: numbers, events and compaction follow one another.
      const held = await tx.query<{ readonly seq: number }>(holdRoom, [room, workspaceId], 'room:hold');
      const stateSeq = held.rows[0]?.seq ?? 0;
      const appended = await tx.query<{ readonly seq: number }>(
        appendUpdate,
        [workspaceId, room, stateSeq, update],
        'room:append',
      );
      const seq = appended.rows[0]?.seq ?? stateSeq;
      await writeOutbox(tx, [event]);
      if (seq - stateSeq >= updatesPerState) await compact(tx, { workspaceId, room, seq });
      return seq;
    });
  }

  /** The whole text as of one moment. */
  async read(workspaceId: string, room: string): Promise<RoomState> {
    const { rows } = await this.#relational.query<Part>(readParts, [room, workspaceId], 'room:read');
    return { seq: rows.at(-1)?.seq ?? 0, state: mergedUpdate(rows.map(({ bytes }) => bytes)) };
  }

  async forget(workspaceId: string, room: string): Promise<void> {
    await this.#relational.transaction(async (tx) => {
      await tx.query('DELETE FROM data.room_state WHERE room = $1 AND workspace_id = $2', [
        room,
        workspaceId,
      ]);
      await tx.query('DELETE FROM data.room_update WHERE room = $1 AND workspace_id = $2', [
        room,
        workspaceId,
      ]);
    });
  }
}

interface Part {
  readonly seq: number;
  readonly bytes: Uint8Array;
}

async function compact(
  tx: Sql,
  { workspaceId, room, seq }: { readonly workspaceId: string; readonly room: string; readonly seq: number },
): Promise<void> {
  const { rows } = await tx.query<Part>(readParts, [room, workspaceId], 'room:read');
  const state = compactedState(rows.map(({ bytes }) => bytes));
  if (state.byteLength > maxStateBytes) {
    throw new CodedError('PAYLOAD_TOO_LARGE', 'This text is full.', { details: { limit: maxStateBytes } });
  }
  await tx.query(writeState, [room, workspaceId, seq, state]);
  await tx.query(dropUpdates, [room, workspaceId, seq]);
}
