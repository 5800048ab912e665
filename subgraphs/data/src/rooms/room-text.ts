import { CodedError } from '@tributary/runtime';
import * as Y from 'yjs';

/** The largest update a client may send at once, bytes. */
export const maxUpdateBytes = 256 * 1024;
/** The largest text, with its history, that a room holds, bytes. */
export const maxStateBytes = 8 * 1024 * 1024;

export interface UpdateShape {
  /** Insertions and deletions it brings: what putting them in their places costs grows with their square at worst. */
  readonly pieces: number;
  /** Clients by falling ids, clocks rising: what every Yjs writes, and what merging takes for granted, which else drops the rest in silence. */
  readonly inOrder: boolean;
}

/** @throws CodedError PAYLOAD_TOO_LARGE, and BAD_USER_INPUT for what is not exactly one Yjs update (format v1). */
export function shapeOf(update: Uint8Array): UpdateShape {
  if (update.byteLength > maxUpdateBytes) {
    throw new CodedError('PAYLOAD_TOO_LARGE', `An update may have ${maxUpdateBytes} bytes at most.`, {
      details: { limitBytes: maxUpdateBytes },
    });
  }
  try {
    const { structs, deletions, readTo } = decoded(update);
    if (readTo !== update.byteLength) throw new RangeError('bytes follow the update');
    return { pieces: structs.length + deletions, inOrder: structs.every(follows) };
  } catch (cause) {
    throw notAnUpdate(cause);
  }
}

type Struct = ReturnType<typeof Y.decodeUpdate>['structs'][number];

function follows({ id }: Struct, index: number, structs: readonly Struct[]): boolean {
  const before = structs[index - 1]?.id;
  if (before === undefined) return true;
  return id.client === before.client ? id.clock > before.clock : id.client < before.client;
}

export function notAnUpdate(cause: unknown): CodedError {
  return new CodedError('BAD_USER_INPUT', 'update is not a Yjs update.', {
    cause,
    details: { field: 'update' },
  });
}

/** Yjs reads an update to its end, and does not look whether anything follows. */
function decoded(update: Uint8Array): {
  readonly structs: readonly Struct[];
  readonly deletions: number;
  readonly readTo: number;
} {
  let readTo = (): number => 0;
  class MeasuringDecoder extends Y.UpdateDecoderV1 {
    constructor(...args: ConstructorParameters<typeof Y.UpdateDecoderV1>) {
      super(...args);
      readTo = () => this.restDecoder.pos;
    }
  }
  const { structs, ds } = Y.decodeUpdateV2(update, MeasuringDecoder);
  const deletions = [...ds.clients.values()].reduce((sum, { length }) => sum + length, 0);
  return { structs, deletions, readTo: readTo() };
}

/** One update that says what all of them say. Updates commute and repeat without harm, so the order does not matter. */
export function mergedUpdate(updates: readonly Uint8Array[]): Uint8Array {
  const filled = updates.filter((update) => update.byteLength > 0);
  const [only] = filled;
  if (only === undefined) return Y.encodeStateAsUpdate(new Y.Doc());
  return filled.length === 1 ? only : Y.mergeUpdates([...filled]);
}

/**
 * As `mergedUpdate`, and what was deleted is forgotten: smaller, and more work, for every piece is put in its place. Decoding alone lets
 * pieces through for which there is none; here they throw.
 */
export function compactedState(updates: readonly Uint8Array[]): Uint8Array {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, mergedUpdate(updates));
  const state = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  return state;
}
