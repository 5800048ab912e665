import { CodedError } from '@tributary/runtime';
import * as Y from 'yjs';

/** The largest update a client may send at once, bytes. */
export const maxUpdateBytes = 256 * 1024;
/** The largest text, with its history, that a room holds, bytes. */
export const maxStateBytes = 8 * 1024 * 1024;

/**
 * Refuses what is not exactly one Yjs update (format v1), before anybody else has to read it.
 * @throws CodedError PAYLOAD_TOO_LARGE, BAD_USER_INPUT.
 */
export function checkUpdate(update: Uint8Array): void {
  if (update.byteLength > maxUpdateBytes) {
    throw new CodedError('PAYLOAD_TOO_LARGE', `An update may have ${maxUpdateBytes} bytes at most.`, {
      details: { limit: maxUpdateBytes },
    });
  }
  try {
    if (encodedLength(update) !== update.byteLength) throw new RangeError('bytes follow the update');
    // Decoding alone lets structs through that cannot be integrated.
    const doc = new Y.Doc();
    Y.applyUpdate(doc, update);
    doc.destroy();
  } catch (cause) {
    throw new CodedError('BAD_USER_INPUT', 'update is not a Yjs update.', {
      cause,
      details: { field: 'update' },
    });
  }
}

/** How many of the bytes are the update: Yjs reads to its end, and does not look whether anything follows. */
function encodedLength(update: Uint8Array): number {
  let readTo = (): number => 0;
  class MeasuringDecoder extends Y.UpdateDecoderV1 {
    constructor(...args: ConstructorParameters<typeof Y.UpdateDecoderV1>) {
      super(...args);
      readTo = () => this.restDecoder.pos;
    }
  }
  Y.decodeUpdateV2(update, MeasuringDecoder);
  return readTo();
}

/** One update that says what all of them say. Updates commute and repeat without harm, so the order does not matter. */
export function mergedUpdate(updates: readonly Uint8Array[]): Uint8Array {
  const filled = updates.filter((update) => update.byteLength > 0);
  const [only] = filled;
  if (only === undefined) return Y.encodeStateAsUpdate(new Y.Doc());
  return filled.length === 1 ? only : Y.mergeUpdates([...filled]);
}

/** As `mergedUpdate`, and what was deleted is forgotten: smaller, and more work. */
export function compactedState(updates: readonly Uint8Array[]): Uint8Array {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, mergedUpdate(updates));
  const state = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  return state;
}
