import { type Clock, CodedError } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { compactedState, mergedUpdate, notAnUpdate, shapeOf } from './room-text.ts';
import { type TextTask, type TextTaskOptions, TextThread } from './text-thread.ts';

/** Pieces that are put in their places at once: 100 cost 3 ms at worst, less than asking the thread does. */
const piecesAtOnce = 100;
/** Bytes times updates that are merged at once, some 30 ms: Yjs sorts the updates anew for each piece whose client is not that of the last. */
const mergedAtOnce = 2_000_000;

export interface TextLimits {
  /** For one update. Forty times what an honest one of the largest size takes. */
  readonly updateMs: number;
  /** For a whole text. Twice what the largest takes, typed letter by letter all over the place. */
  readonly textMs: number;
}

const textLimits: TextLimits = { updateMs: 2_000, textMs: 3_000 };

/** Checks, merges and compacts the updates of rooms, and never holds this thread for long. */
export class RoomTexts {
  readonly #thread: TextThread;
  readonly #limits: TextLimits;

  constructor(clock: Clock, limits = textLimits) {
    this.#thread = new TextThread(clock);
    this.#limits = limits;
  }

  /**
   * The update as it may be kept and told: refused is what is not exactly one Yjs update, and what takes long to put in its place, before
   * anybody else has to.
   * @throws CodedError PAYLOAD_TOO_LARGE, BAD_USER_INPUT, OVERLOADED.
   */
  async admitted(update: Uint8Array, { workspaceId, id }: Principal): Promise<Uint8Array> {
    const { pieces, inOrder } = shapeOf(update);
    const options = { owner: `${workspaceId}/by/${id}`, limitMs: this.#limits.updateMs };
    try {
      const rewritten =
        pieces <= piecesAtOnce
          ? compactedState([update])
          : await this.#apart({ kind: 'compact', updates: [update] }, options);
      return inOrder ? update : rewritten;
    } catch (cause) {
      throw cause instanceof CodedError ? cause : notAnUpdate(cause);
    }
  }

  /** One update that says what all of them say. @throws CodedError PAYLOAD_TOO_LARGE when it takes too long, OVERLOADED. */
  async merged(updates: readonly Uint8Array[], room: string): Promise<Uint8Array> {
    const bytes = updates.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (bytes * updates.length <= mergedAtOnce || updates.length === 1) return mergedUpdate(updates);
    return await this.#apart(
      { kind: 'merge', updates },
      { owner: `${room}/read`, limitMs: this.#limits.textMs },
    );
  }

  /** As `merged`, without what was deleted. @throws CodedError PAYLOAD_TOO_LARGE when it takes too long, OVERLOADED. */
  compacted(updates: readonly Uint8Array[], room: string): Promise<Uint8Array> {
    return this.#apart({ kind: 'compact', updates }, { owner: room, limitMs: this.#limits.textMs });
  }

  #apart(
    task: { readonly kind: TextTask['kind']; readonly updates: readonly Uint8Array[] },
    options: TextTaskOptions,
  ): Promise<Uint8Array> {
    // Copies, for they are handed over, and what the database answers are views of buffers it shares.
    const updates = task.updates.map((update) => Uint8Array.from(update));
    return this.#thread.run({ kind: task.kind, updates }, options);
  }
}
