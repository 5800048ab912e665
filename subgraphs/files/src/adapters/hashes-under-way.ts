import { transferable } from '@tributary/engines/let-go';
import { HashThread } from './hash-thread.ts';

/** The SHA-256 of the parts of an upload, in their order. Disposing ends it, unless it is kept. */
export interface PartsHash extends Disposable {
  /** Takes the next part, whose chunks are given away. Resolves when it is hashed. @throws at once for chunks that are not the caller's alone: none is taken then */
  add(chunks: readonly Uint8Array[]): Promise<void>;
  copy(): PartsHash;
  /** In hex; undefined when the hash is lost. There is nothing more of it afterwards. */
  digest(): Promise<string | undefined>;
  /** Outlives its disposal, until it is taken again. */
  isKept: boolean;
}

/**
 * The hashes of uploads that this process writes, up to the last part of each. A cache and no more: an upload that another process began, or that
 * outlived a crash, is read back once when it is whole. `lastEtag` is that of the last part that is hashed, undefined where there is none.
 */
export interface HashesUnderWay {
  /** The hash of what is there; undefined when this process does not have it. */
  take(uploadId: string, lastEtag: string | undefined): PartsHash | undefined;
  keep(uploadId: string, lastEtag: string | undefined, hash: PartsHash): void;
  forget(uploadId: string): void;
}

interface Kept {
  readonly lastEtag: string | undefined;
  readonly hash: PartsHash;
  readonly end: NodeJS.Timeout;
}

const mostKept = 10_000;
/** Of an upload that another process goes on with nobody tells this one: what is not taken up again by then is given up, and with it a thread of 10 MB. */
const keptForMs = 3_600_000;

export function createHashesUnderWay(
  start = () => new HashThread(),
  options: { readonly keptForMs?: number } = {},
): HashesUnderWay {
  const kept = new Map<string, Kept>();
  let thread: HashThread | undefined;
  const threads = (): HashThread => {
    if (thread === undefined || thread.hasEnded) thread = start();
    return thread;
  };
  const taken = (uploadId: string): Kept | undefined => {
    const known = kept.get(uploadId);
    kept.delete(uploadId);
    if (known === undefined) return undefined;
    clearTimeout(known.end);
    known.hash.isKept = false;
    return known;
  };
  const forget = (uploadId: string): void => taken(uploadId)?.hash[Symbol.dispose]();
  return {
    forget,
    take: (uploadId, lastEtag) => {
      const known = taken(uploadId);
      if (known !== undefined && known.lastEtag === lastEtag) return known.hash;
      known?.hash[Symbol.dispose]();
      return lastEtag === undefined ? new ThreadHash(threads) : undefined;
    },
    keep: (uploadId, lastEtag, hash) => {
      // One who lost the upload may keep what another kept since.
      forget(uploadId);
      const [oldest] = kept.keys();
      if (kept.size >= mostKept && oldest !== undefined) forget(oldest);
      hash.isKept = true;
      const end = setTimeout(() => forget(uploadId), options.keptForMs ?? keptForMs);
      kept.set(uploadId, { lastEtag, hash, end: end.unref() });
    },
  };
}

interface Place {
  readonly thread: HashThread;
  readonly hash: number;
}

/** Of an upload that is smaller than a part nothing is added, and the thread is not started. */
class ThreadHash implements PartsHash {
  readonly #threads: () => HashThread;
  #place: Place | undefined;
  isKept = false;

  constructor(threads: () => HashThread, place?: Place) {
    this.#threads = threads;
    this.#place = place;
  }

  add(chunks: readonly Uint8Array[]): Promise<void> {
    const { thread, hash } = this.#begun();
    const moved = transferable(chunks);
    const buffers = moved.map(({ buffer }) => buffer);
    return thread.do({ kind: 'add', hash, chunks: moved }, buffers).then(() => undefined);
  }

  copy(): PartsHash {
    if (this.#place === undefined) return new ThreadHash(this.#threads);
    const { thread, hash } = this.#place;
    const to = thread.newHash();
    void thread.do({ kind: 'copy', hash, to });
    return new ThreadHash(this.#threads, { thread, hash: to });
  }

  async digest(): Promise<string | undefined> {
    const { thread, hash } = this.#begun();
    this.#place = undefined;
    return (await thread.do({ kind: 'digest', hash })) ?? undefined;
  }

  [Symbol.dispose](): void {
    if (this.isKept || this.#place === undefined) return;
    const { thread, hash } = this.#place;
    this.#place = undefined;
    void thread.do({ kind: 'drop', hash });
  }

  #begun(): Place {
    if (this.#place === undefined) {
      const thread = this.#threads();
      this.#place = { thread, hash: thread.newHash() };
    }
    return this.#place;
  }
}
