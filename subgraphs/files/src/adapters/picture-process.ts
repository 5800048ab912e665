import { tmpdir } from 'node:os';
import {
  type ContainedEnd,
  ContainedProcess,
  programBeside,
} from '@tributary/engines/contained-process/contained-process';
import type { FromPictures, ToPictures } from './picture-messages.ts';

/** How a process ended before its answer: `late` beyond its time, `left` because nobody waits any more. */
export class PictureLost extends Error {
  readonly kind: ContainedEnd['kind'] | 'late' | 'left';

  constructor(kind: PictureLost['kind'], said: string) {
    super(`the process of pictures ended (${kind}): ${said}`);
    this.kind = kind;
  }
}

/** Resident memory: Node, the largest source, its pixels decoded, and a variant as large as one may be. */
const memoryBytes = 800_000_000;
/** A machine that is busy starts it slowly. */
const startMs = 30_000;

interface Waiting {
  readonly resolve: (message: FromPictures) => void;
  readonly reject: (error: PictureLost) => void;
}

/** A process that makes one variant at a time. */
export class PictureProcess {
  readonly #process: ContainedProcess<ToPictures, FromPictures>;
  #waiting: Waiting | undefined;
  #lost: PictureLost | undefined;
  #pictures = 0;

  private constructor() {
    const program = programBeside(import.meta.url, 'picture-child');
    this.#process = new ContainedProcess<ToPictures, FromPictures>(
      { program, memoryBytes, workDir: tmpdir() },
      (message) => this.#waiting?.resolve(message),
    );
    this.#process.ended.then(({ kind, said }) => this.#lose(new PictureLost(kind, said)));
    this.#process.unref();
  }

  /** @throws PictureLost when it does not come up, or the signal ends it */
  static async start(signal: AbortSignal | undefined): Promise<PictureProcess> {
    const process = new PictureProcess();
    await process.#answer(startMs, signal);
    return process;
  }

  /** How many it was asked for. */
  get pictures(): number {
    return this.#pictures;
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** @throws PictureLost when it takes longer, or the process ends, which the signal makes it do */
  make(
    message: ToPictures,
    { limitMs, signal }: { readonly limitMs: number; readonly signal: AbortSignal | undefined },
  ): Promise<FromPictures> {
    this.#pictures += 1;
    const answer = this.#answer(limitMs, signal);
    this.#process.send(message);
    return answer;
  }

  end(): void {
    this.#lose(new PictureLost('killed', ''));
  }

  async #answer(limitMs: number, signal: AbortSignal | undefined): Promise<FromPictures> {
    if (this.#lost !== undefined) throw this.#lost;
    const timer = setTimeout(() => this.#lose(new PictureLost('late', '')), limitMs);
    const leave = (): void => this.#lose(new PictureLost('left', ''));
    signal?.addEventListener('abort', leave, { once: true });
    try {
      return await new Promise<FromPictures>((resolve, reject) => {
        this.#waiting = { resolve, reject };
        if (signal?.aborted === true) leave();
      });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
      this.#waiting = undefined;
    }
  }

  #lose(lost: PictureLost): void {
    this.#lost ??= lost;
    this.#process.kill();
    this.#waiting?.reject(this.#lost);
  }
}
