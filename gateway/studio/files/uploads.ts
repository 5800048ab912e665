import type { DetailedError, Upload } from 'tus-js-client';
import type { Keeper } from '../session/kept-here.ts';
import { askBeforeLeaving } from '../session/leaving.ts';
import type { Session } from '../session/session.ts';
import { type UploadPlace, UploadPlaces, type UploadTarget } from './upload-places.ts';

export interface UploadState {
  readonly id: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly sentBytes: number;
  /** Of the last seconds; 0 while nothing moves. */
  readonly bytesPerSecond: number;
  /** `waiting`: others go up before it. */
  readonly state: 'waiting' | 'running' | 'paused' | 'done' | 'failed';
  readonly fault: string | undefined;
  /** Of the file that came of it. */
  readonly fileId: string | undefined;
}

/** Pieces of this size: what is lost by a cut is at most one, and the gateway takes no request above 100 MiB. */
const pieceBytes = 16 * 1024 * 1024;
/** Waits between tries on a connection that fails; then it is paused, and goes on when asked. */
const retryDelaysMs = [500, 1_000, 3_000, 5_000, 10_000];

/** A browser has a handful of connections to a host, and the rest of the console wants some. */
const mostAtOnce = 3;

interface Running {
  readonly file: File;
  readonly target: UploadTarget;
  readonly keeper: Keeper;
  /** Once it has begun. */
  upload?: Upload;
  place?: UploadPlace;
  state: UploadState;
  movedAtMs: number;
}

/**
 * Uploads of this tab by the tus protocol. Each goes on where it was cut off: after a pause, a lost connection, and also after the
 * page was closed, when the same file is chosen again for the same.
 */
export class Uploads {
  readonly #session: Session;
  readonly #fetchTus: () => Promise<Pick<typeof import('tus-js-client'), 'Upload'>>;
  readonly #places = new UploadPlaces();
  readonly #running = new Map<string, Running>();
  readonly #listeners = new Set<() => void>();
  #list: readonly UploadState[] = [];
  #ids = 0;

  /** `fetchTus` is called with the first upload: most visits have none. */
  constructor(session: Session, fetchTus = () => import('tus-js-client')) {
    this.#session = session;
    this.#fetchTus = fetchTus;
    askBeforeLeaving(session, () =>
      this.#list.some(({ state }) => state === 'running' || state === 'waiting'),
    );
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly list = (): readonly UploadState[] => this.#list;

  /** Answers the upload's id in this list. */
  add(file: File, target: UploadTarget, keeper: Keeper): string {
    const id = String(++this.#ids);
    const state: UploadState = {
      id,
      name: file.name,
      sizeBytes: file.size,
      sentBytes: 0,
      bytesPerSecond: 0,
      state: 'waiting',
      fault: undefined,
      fileId: undefined,
    };
    this.#running.set(id, { file, target, keeper, state, movedAtMs: performance.now() });
    this.#changed();
    return id;
  }

  /**
   * Uploads to the top of the workspace, and answers the file's id when all of it has arrived.
   * @throws Error in the gateway's words, or when it was cancelled
   */
  async keep(file: File, purpose: string, keeper: Keeper): Promise<string> {
    const id = this.add(file, { purpose }, keeper);
    return await new Promise((resolve, reject) => {
      const look = (): void => {
        const { state, fileId, fault } = this.#running.get(id)?.state ?? { state: 'failed' };
        if (state === 'waiting' || state === 'running' || state === 'paused') return;
        this.#listeners.delete(look);
        this.forget(id);
        if (fileId === undefined) reject(new Error(fault ?? 'The upload was cancelled.'));
        else resolve(fileId);
      };
      this.#listeners.add(look);
      look();
    });
  }

  async pause(id: string): Promise<void> {
    await this.#running.get(id)?.upload?.abort();
    this.#update(id, { state: 'paused', bytesPerSecond: 0 });
  }

  resume(id: string): void {
    this.#update(id, { state: 'waiting', fault: undefined });
  }

  /** Ends it; what was sent is removed on the other side too. */
  async cancel(id: string): Promise<void> {
    const running = this.#running.get(id);
    this.#running.delete(id);
    this.#changed();
    // Where the other side is away, its sweeper removes what nobody finished.
    await running?.upload?.abort(true).catch(() => undefined);
    running?.place?.leave();
  }

  /** Takes what is done off the list. */
  forget(id: string): void {
    this.#running.get(id)?.place?.leave();
    this.#running.delete(id);
    this.#changed();
  }

  async #begin(id: string, running: Running): Promise<void> {
    const goesOn = (): boolean => this.#running.get(id) === running && running.state.state === 'running';
    try {
      running.place ??= await this.#places.take(running.file, running.target, running.keeper);
      if (running.upload === undefined) {
        running.upload = await this.#uploadOf(id, running, running.place);
        const [earlier] = await running.upload.findPreviousUploads();
        if (earlier !== undefined) running.upload.resumeFromPreviousUpload(earlier);
      }
      if (goesOn()) running.upload.start();
      // Cancelled meanwhile: then there was nothing yet to leave.
      else if (!this.#running.has(id)) running.place.leave();
    } catch (error) {
      this.#update(id, { state: 'failed', fault: faultOf(error), bytesPerSecond: 0 });
    }
  }

  async #uploadOf(id: string, { file, target }: Running, place: UploadPlace): Promise<Upload> {
    const { folderId, fileId } = target;
    const { Upload } = await this.#fetchTus();
    let shown: string | undefined;
    let refused: string | undefined;
    let replaced: string | undefined;
    return new Upload(file, {
      endpoint: '/files/tus',
      chunkSize: pieceBytes,
      retryDelays: retryDelaysMs,
      removeFingerprintOnSuccess: true,
      fingerprint: async () => place.name,
      metadata: {
        filename: file.name,
        filetype: file.type,
        ...(folderId === undefined ? {} : { folderId }),
        ...(fileId === undefined ? {} : { fileId }),
      },
      onBeforeRequest: async (request) => {
        shown = refused === undefined ? await this.#session.token() : await this.#session.renewed(refused);
        refused = undefined;
        request.setHeader('authorization', `Bearer ${shown ?? ''}`);
      },
      onShouldRetry: (error) => {
        const status = statusOf(error);
        // A token that ran out while the request waited its turn is replaced, once.
        if (status === 401 && shown !== undefined && shown !== replaced) {
          refused = shown;
          replaced = shown;
          return true;
        }
        return status < 400 || status >= 500 || status === 409 || status === 423;
      },
      onAfterResponse: (_request, response) => {
        const made = response.getHeader('tributary-file-id');
        if (made !== undefined && made !== null) this.#update(id, { fileId: made });
      },
      onProgress: (sentBytes) => this.#moved(id, sentBytes),
      onSuccess: () => {
        place.leave();
        this.#update(id, { state: 'done', sentBytes: file.size, bytesPerSecond: 0 });
      },
      onError: (error) => this.#update(id, { state: 'failed', fault: faultOf(error), bytesPerSecond: 0 }),
    });
  }

  #moved(id: string, sentBytes: number): void {
    const running = this.#running.get(id);
    if (running === undefined) return;
    const nowMs = performance.now();
    const seconds = (nowMs - running.movedAtMs) / 1000;
    // Several reports of one moment say nothing of speed.
    if (seconds < 0.25) return;
    const speed = Math.max(0, (sentBytes - running.state.sentBytes) / seconds);
    const { bytesPerSecond: before } = running.state;
    running.movedAtMs = nowMs;
    this.#update(id, { sentBytes, bytesPerSecond: before === 0 ? speed : before * 0.7 + speed * 0.3 });
  }

  #update(id: string, different: Partial<UploadState>): void {
    const running = this.#running.get(id);
    if (running === undefined) return;
    running.state = { ...running.state, ...different };
    this.#changed();
  }

  #changed(): void {
    const all = [...this.#running];
    let free = mostAtOnce - all.filter(([, { state }]) => state.state === 'running').length;
    for (const [id, running] of all) {
      if (running.state.state !== 'waiting' || free-- <= 0) continue;
      running.state = { ...running.state, state: 'running' };
      running.movedAtMs = performance.now();
      void this.#begin(id, running);
    }
    this.#list = [...this.#running.values()].map(({ state }) => state);
    for (const listener of this.#listeners) listener();
  }
}

/** 0 where there was no answer. */
function statusOf(error: DetailedError): number {
  return error.originalResponse?.getStatus() ?? 0;
}

/** The gateway's own sentence where it gave one. */
function faultOf(error: unknown): string {
  const body =
    error instanceof Error && 'originalResponse' in error ? bodyOf(error.originalResponse) : undefined;
  try {
    const { detail } = JSON.parse(body ?? '') as { readonly detail?: unknown };
    if (typeof detail === 'string') return detail;
  } catch {
    // Not a problem document: the connection failed, or a proxy answered.
  }
  return 'The connection failed; go on when it is back.';
}

function bodyOf(response: unknown): string | undefined {
  if (typeof response !== 'object' || response === null || !('getBody' in response)) return undefined;
  return typeof response.getBody === 'function' ? String(response.getBody()) : undefined;
}
