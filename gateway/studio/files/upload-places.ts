import { type Keeper, keyOf } from '../session/kept-here.ts';

/** What an upload is for; the top of the workspace where nothing is said. */
export interface UploadTarget {
  readonly folderId?: string | undefined;
  /** Then the bytes become the next version of this file. */
  readonly fileId?: string | undefined;
  /** What the file is brought for besides: a field, a model. */
  readonly purpose?: string | undefined;
}

/** The name under which this browser keeps where an upload goes on, for as long as the upload has it to itself. */
export interface UploadPlace {
  readonly name: string;
  leave(): void;
}

/**
 * What was cut off is gone on with only by the same file of the same person for the same purpose: what is sent for one thing never
 * becomes part of another. Two uploads of the same at a time, in this tab or in others, have a place each.
 */
export class UploadPlaces {
  readonly #taken = new Set<string>();

  async take(file: File, { folderId, fileId, purpose }: UploadTarget, keeper: Keeper): Promise<UploadPlace> {
    const parts = [folderId, fileId, purpose, file.name, file.type, file.size, file.lastModified];
    const what = `${keyOf('tributary.upload', keeper)}/${JSON.stringify(parts)}`;
    for (let number = 1; ; number += 1) {
      const name = `${what}/${number}`;
      if (this.#taken.has(name)) continue;
      this.#taken.add(name);
      const unlock = await lockAcrossTabs(name);
      if (unlock !== undefined) return { name, leave: once(() => this.#leave(name, unlock)) };
      this.#taken.delete(name);
    }
  }

  #leave(name: string, unlock: () => void): void {
    unlock();
    this.#taken.delete(name);
  }
}

/** What an upload leaves twice may be another's by then. */
function once(leave: () => void): () => void {
  let isLeft = false;
  return () => {
    if (!isLeft) leave();
    isLeft = true;
  };
}

/** Answers how to give it back, which the end of the page does as well; undefined when another tab has it. Browsers lock for secure contexts only. */
async function lockAcrossTabs(name: string): Promise<(() => void) | undefined> {
  if (!isSecureContext) return () => undefined;
  return new Promise((resolve, reject) => {
    const held = navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock === null) resolve(undefined);
      else await new Promise<void>((unlock) => resolve(unlock));
    });
    held.catch(reject);
  });
}
