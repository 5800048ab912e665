import * as Y from 'yjs';

/** Where one is in a text: the ends of what is marked. */
export type Marked = readonly [start: number, end: number];

/**
 * A text that several people edit at once (Yjs; the room's text is called `body`). What is typed here becomes updates for the others; what
 * comes from them is put in wherever it belongs, and moves one's own place in the text with it.
 */
export class SharedText {
  readonly #doc = new Y.Doc();
  readonly #text = this.#doc.getText('body');

  /** `onUpdate` gets what others must be told; `onRemote` how a place in the text moves. */
  constructor(told: {
    readonly onUpdate: (update: Uint8Array) => void;
    readonly onRemote: (moved: (at: number) => number) => void;
  }) {
    this.#doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === this) told.onUpdate(update);
    });
    this.#text.observe(({ delta, transaction }) => {
      if (transaction.origin !== this) told.onRemote((at) => movedBy(delta, at));
    });
  }

  get text(): string {
    return this.#text.toString();
  }

  apply(update: Uint8Array): void {
    Y.applyUpdate(this.#doc, update, 'remote');
  }

  /** The text as it is after somebody typed here: only what differs is taken out and put in, so that others lose nothing beside it. */
  type(next: string): void {
    const before = this.text;
    let start = 0;
    while (start < before.length && start < next.length && before[start] === next[start]) start += 1;
    let tail = 0;
    const longest = Math.min(before.length, next.length) - start;
    while (tail < longest && before[before.length - 1 - tail] === next[next.length - 1 - tail]) tail += 1;
    // Half a character (of two UTF-16 units) is none, and Yjs would put a stand-in for it.
    if (start > 0 && /[\uD800-\uDBFF]/.test(before[start - 1] ?? '')) start -= 1;
    if (tail > 0 && /[\uDC00-\uDFFF]/.test(before[before.length - tail] ?? '')) tail -= 1;
    this.#doc.transact(() => {
      this.#text.delete(start, before.length - start - tail);
      this.#text.insert(start, next.slice(start, next.length - tail));
    }, this);
  }

  destroy(): void {
    this.#doc.destroy();
  }
}

type Delta = Y.YTextEvent['delta'];

/** Where a place goes when others change the text: along with what is put in or taken out before it. */
function movedBy(delta: Delta, at: number): number {
  let index = 0;
  let moved = at;
  for (const { retain = 0, insert, delete: removed = 0 } of delta) {
    if (index > moved) break;
    index += retain;
    if (typeof insert === 'string' && index <= moved) {
      moved += insert.length;
      index += insert.length;
    }
    if (removed > 0 && index < moved) moved = Math.max(index, moved - removed);
  }
  return moved;
}

export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

export function base64Of(bytes: Uint8Array): string {
  // A call takes a limited number of arguments.
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 8_192)
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + 8_192)));
  return btoa(pieces.join(''));
}

export function mergedUpdates(updates: readonly Uint8Array[]): Uint8Array {
  return Y.mergeUpdates([...updates]);
}
