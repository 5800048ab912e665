import type { OutgoingEvent } from '@tributary/engines/outbox';
import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Relational } from '@tributary/engines/relational';
import { CodedError, type Logger } from '@tributary/runtime';
import { maxStateBytes } from './room-text.ts';
import type { RoomTexts } from './room-texts.ts';
import { SharedReadings } from './shared-readings.ts';

/** After so many updates, or bytes of them, the room's state is written anew and the updates in it are dropped. */
const updatesPerState = 100;
const updateBytesPerState = 1024 * 1024;
/** So many times that, and the room takes no more: its state could not be written anew. */
const mostStatesBehind = 3;
const allUpdates = Number.MAX_SAFE_INTEGER;

/** The room of one item. Another that takes its id later has another room of the same name. */
export interface Room {
  readonly workspaceId: string;
  readonly room: string;
  /** When the item was made, RFC 3339. */
  readonly born: string;
}

export interface RoomUpdate extends Room {
  readonly update: Uint8Array;
  readonly event: OutgoingEvent;
}

export interface RoomState {
  readonly seq: number;
  /**
   * One Yjs update that makes the whole text, put together when it is asked for.
   * @throws CodedError OVERLOADED, and PAYLOAD_TOO_LARGE for one that takes too long.
   */
  state(): Promise<Uint8Array>;
}

/** The updates that no state holds yet, and the number of the last. */
interface Pending {
  readonly seq: number;
  readonly count: number;
  readonly bytes: number;
}

/** The room's row, which is its lock, and whether it is of an item from before this one, or from after. */
interface Held {
  readonly seq: number;
  readonly bytes: number;
  readonly isOfAnother: boolean;
  readonly isGone: boolean;
}

interface Appended {
  readonly seq: number;
  /** Another state's worth has come together: not with each update, should writing it fail. */
  readonly due: boolean;
}

interface Part {
  readonly seq: number;
  readonly bytes: Uint8Array;
}

/** What was written in the very moment in which an item was deleted may have stayed behind: it is of another age. */
const holdRoom = `INSERT INTO data.room_state AS s (room, workspace_id, seq, state, born) VALUES ($1, $2, 0, '', $3)
  ON CONFLICT (workspace_id, room) DO UPDATE SET born = coalesce(s.born, EXCLUDED.born)
  RETURNING s.seq::integer AS seq, octet_length(s.state) AS bytes, s.born < $3 AS "isOfAnother", s.born > $3 AS "isGone"`;
const beginAnew = `UPDATE data.room_state SET seq = 0, state = '', born = $3, ending_at = NULL, updated_at = now() WHERE room = $1 AND workspace_id = $2`;
const measureUpdates = `SELECT greatest($3, coalesce(max(seq), 0))::integer AS seq, count(*)::integer AS count, coalesce(sum(octet_length(update)), 0)::integer AS bytes
  FROM data.room_update WHERE workspace_id = $1 AND room = $2`;
const appendUpdate = 'INSERT INTO data.room_update (workspace_id, room, seq, update) VALUES ($1, $2, $3, $4)';
const readParts = `WITH own AS (SELECT seq, state FROM data.room_state WHERE room = $1 AND workspace_id = $2 AND coalesce(born, $3) = $3)
  SELECT seq::integer AS seq, state AS bytes FROM own
  UNION ALL SELECT seq::integer, update FROM data.room_update WHERE room = $1 AND workspace_id = $2 AND EXISTS (SELECT FROM own) ORDER BY seq`;
const writeState = `UPDATE data.room_state SET seq = $4, state = $5, updated_at = now()
  WHERE room = $1 AND workspace_id = $2 AND coalesce(born, $3) = $3 AND seq < $4 RETURNING seq`;
const dropUpdates = 'DELETE FROM data.room_update WHERE room = $1 AND workspace_id = $2 AND seq <= $3';
const markEnding = `UPDATE data.room_state SET ending_at = CASE WHEN $3::boolean THEN now() END WHERE room = $1 AND workspace_id = $2`;
const forgetRoom = `WITH gone AS (DELETE FROM data.room_state WHERE room = $1 AND workspace_id = $2 AND coalesce(born, $3) <= $3 RETURNING room)
  DELETE FROM data.room_update WHERE room = $1 AND workspace_id = $2 AND EXISTS (SELECT FROM gone)`;

export interface RoomLogParts {
  readonly relational: Relational;
  readonly texts: RoomTexts;
  readonly log: Logger;
}

/** The texts of rooms: a state, and the updates since. */
export class RoomLog {
  readonly #relational: Relational;
  readonly #texts: RoomTexts;
  readonly #log: Logger;
  /** Many who open one room at once hold one text of it. */
  readonly #readings = new SharedReadings<RoomState>();

  constructor({ relational, texts, log }: RoomLogParts) {
    this.#relational = relational;
    this.#texts = texts;
    this.#log = log;
  }

  /**
   * Appends an update with its event, in one transaction, and answers its number in the room: 1, 2, 3 … without gaps.
   * @throws CodedError NOT_FOUND when the item is gone and another has its id; PAYLOAD_TOO_LARGE when the room is full, or its text takes too long to put
   * together; OVERLOADED.
   */
  async append(update: RoomUpdate): Promise<number> {
    const first = await this.#append(update);
    if (first !== undefined) {
      // It is kept: what comes of the state is no concern of its writer.
      if (first.due)
        void this.#compact(update).catch((error: unknown) =>
          this.#log.warn({ error: String(error) }, 'a room keeps its updates: its state was not written'),
        );
      return first.seq;
    }
    await this.#compact(update);
    const second = await this.#append(update);
    if (second === undefined)
      throw new CodedError('OVERLOADED', 'This text is changed faster than it can be written.');
    return second.seq;
  }

  /** The whole text as of one moment. */
  read(of: Room): Promise<RoomState> {
    return this.#readings.read(`${of.workspaceId}/${of.room}/${of.born}`, () => this.#read(of));
  }

  async #read({ workspaceId, room, born }: Room): Promise<RoomState> {
    const { rows } = await this.#relational.query<Part>(readParts, [room, workspaceId, born], 'room:read');
    const seq = rows.at(-1)?.seq ?? 0;
    let parts: readonly Part[] = rows;
    let state: Promise<Uint8Array> | undefined;
    return {
      seq,
      state: () => {
        state ??= this.#texts.merged(bytesOf(parts), `${workspaceId}/${room}`);
        parts = [];
        return state;
      },
    };
  }

  /**
   * Deletes an item by `end`, and then the text of the one that was deleted, no other's that has its id by now. The room is marked before, so that
   * a text which cannot be removed is found later (`forgetEndedRooms`).
   */
  async endWith<Ended>(
    { workspaceId, room }: Omit<Room, 'born'>,
    { end, bornOf }: { readonly end: () => Promise<Ended>; readonly bornOf: (ended: Ended) => string },
  ): Promise<Ended> {
    await this.#relational.query(markEnding, [room, workspaceId, true]);
    let ended: Ended;
    try {
      ended = await end();
    } catch (error) {
      // Where nobody knows whether it was deleted, or the mark stays, the item is looked for later, and found to be there or not.
      if (error instanceof CodedError && !error.retryable)
        await this.#relational.query(markEnding, [room, workspaceId, false]).catch(() => undefined);
      throw error;
    }
    try {
      await this.#relational.query(forgetRoom, [room, workspaceId, bornOf(ended)]);
    } catch (error) {
      // The item is deleted all the same, and who deleted it is told the truth.
      this.#log.warn({ error: String(error), room }, 'the text of a deleted item is not removed yet');
    }
    return ended;
  }

  /** Undefined, and nothing kept, when too much is pending. */
  #append({ workspaceId, room, born, update, event }: RoomUpdate): Promise<Appended | undefined> {
    return this.#relational.transaction(async (tx) => {
      // The state's row is the room's lock: numbers and events follow one another.
      const { rows: held } = await tx.query<Held>(holdRoom, [room, workspaceId, born], 'room:hold');
      const { isOfAnother, isGone, ...state } = held[0] ?? {
        seq: 0,
        bytes: 0,
        isOfAnother: false,
        isGone: false,
      };
      if (isGone) throw new CodedError('NOT_FOUND', 'What this text belonged to was deleted.');
      if (isOfAnother) {
        await tx.query(dropUpdates, [room, workspaceId, allUpdates]);
        await tx.query(beginAnew, [room, workspaceId, born]);
      }
      const { seq: stateSeq, bytes } = isOfAnother ? { seq: 0, bytes: 0 } : state;
      if (bytes > maxStateBytes) {
        throw new CodedError('PAYLOAD_TOO_LARGE', 'This text is full.', {
          details: { limitBytes: maxStateBytes },
        });
      }
      const { rows } = await tx.query<Pending>(measureUpdates, [workspaceId, room, stateSeq], 'room:measure');
      const before = rows[0] ?? { seq: stateSeq, count: 0, bytes: 0 };
      if (statesBehind(before) >= mostStatesBehind) return undefined;
      const seq = before.seq + 1;
      await tx.query(appendUpdate, [workspaceId, room, seq, update], 'room:append');
      await writeOutbox(tx, [event]);
      const after = { count: before.count + 1, bytes: before.bytes + update.byteLength };
      return { seq, due: Math.floor(statesBehind(after)) > Math.floor(statesBehind(before)) };
    });
  }

  /**
   * Writes the state anew. Nobody waits for it but who asked: updates and states are never changed, so what was read stays true, and a state
   * that somebody else has written meanwhile is left.
   */
  async #compact({ workspaceId, room, born }: Room): Promise<void> {
    const { rows } = await this.#relational.query<Part>(readParts, [room, workspaceId, born], 'room:read');
    const seq = rows.at(-1)?.seq ?? 0;
    const state = await this.#texts.compacted(bytesOf(rows), `${workspaceId}/${room}`);
    await this.#relational.transaction(async (tx) => {
      const written = await tx.query(writeState, [room, workspaceId, born, seq, state]);
      if (written.rows.length > 0) await tx.query(dropUpdates, [room, workspaceId, seq]);
    });
  }
}

function bytesOf(parts: readonly Part[]): readonly Uint8Array[] {
  return parts.map(({ bytes }) => bytes);
}

function statesBehind({ count, bytes }: Omit<Pending, 'seq'>): number {
  return Math.max(count / updatesPerState, bytes / updateBytesPerState);
}
