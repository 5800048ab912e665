import { CodedError } from '@tributary/runtime';
import type { CallContext } from '@tributary/subgraph-kit';
import type { FilesCore } from '../core.ts';
import type { VersionRecord } from '../domain/file.ts';
import { mayBeText } from '../domain/read-text.ts';
import { type FilePreview, previewFile } from '../usecases/preview-file.ts';

/** A preview may hold 10,000 cells, which are written into the answer each time they are asked for. */
const mostShown = 20;

interface ShownVersion {
  readonly version: VersionRecord;
  /** Of its file. */
  readonly name: string;
}

/** The previews of one call: the same one is read once, however often it is shown. */
export class ShownPreviews {
  readonly #core: FilesCore;
  readonly #call: Pick<CallContext, 'principal' | 'signal'>;
  readonly #read = new Map<string, Promise<FilePreview | null>>();
  #shown = 0;

  constructor(core: FilesCore, call: Pick<CallContext, 'principal' | 'signal'>) {
    this.#core = core;
    this.#call = call;
  }

  /** @throws CodedError COST_EXCEEDED for more than 20 in a call, and what `previewFile` throws */
  async show({ version, name }: ShownVersion, rows: number): Promise<FilePreview | null> {
    // What has no preview costs nothing: a page of pictures may ask for them as well.
    const costs = mayBeText({ contentType: version.contentType, name });
    if (costs && this.#shown === mostShown)
      throw new CodedError('COST_EXCEEDED', `A request shows ${mostShown} previews; ask for fewer files.`, {
        details: { what: 'previews', limit: mostShown },
      });
    this.#shown += costs ? 1 : 0;
    const { principal, signal } = this.#call;
    const key = `${version.id} ${rows}`;
    const read =
      this.#read.get(key) ??
      previewFile(this.#core, { workspaceId: principal.workspaceId, version, name, rows, signal });
    this.#read.set(key, read);
    return read;
  }
}
