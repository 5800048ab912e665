import { createHash, type Hash } from 'node:crypto';

/**
 * The hashes of uploads that this process writes, up to the offset each has reached. A cache and no more: an upload that another
 * process began, or that outlived a crash, is read back once when it is whole.
 */
export interface HashesUnderWay {
  /** The hash of the first `offset` bytes; undefined when this process does not have it. */
  take(uploadId: string, offset: number): Hash | undefined;
  keep(uploadId: string, offset: number, hash: Hash): void;
  forget(uploadId: string): void;
}

const mostKept = 10_000;

export function createHashesUnderWay(): HashesUnderWay {
  const kept = new Map<string, { readonly offset: number; readonly hash: Hash }>();
  return {
    take: (uploadId, offset) => {
      const known = kept.get(uploadId);
      kept.delete(uploadId);
      if (offset === 0) return createHash('sha256');
      return known?.offset === offset ? known.hash : undefined;
    },
    keep: (uploadId, offset, hash) => {
      const [oldest] = kept.keys();
      if (kept.size >= mostKept && oldest !== undefined) kept.delete(oldest);
      kept.set(uploadId, { offset, hash });
    },
    forget: (uploadId) => {
      kept.delete(uploadId);
    },
  };
}
