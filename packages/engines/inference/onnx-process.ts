import { tmpdir } from 'node:os';
import { type Clock, CodedError } from '@tributary/runtime';
import {
  type ContainedEnd,
  ContainedProcess,
  programBeside,
} from '../contained-process/contained-process.ts';
import type { FromModels, ToModels } from './onnx-messages.ts';

export interface ModelProcessOptions {
  readonly clock: Clock;
  readonly memoryBytes: number;
  /** Milliseconds one request may take. */
  readonly requestMs: number;
}

/** The process behind a request ended or was ended: by this request, since it works on one at a time. */
export class ModelProcessLost extends Error {
  readonly kind: ContainedEnd['kind'] | 'late';
  /** Somebody else ended it: nothing is said of the model by that. */
  readonly wasTaken: boolean;

  constructor(kind: ContainedEnd['kind'] | 'late', said: string, wasTaken = false) {
    super(`the process of the models ended (${wasTaken ? 'taken' : kind}): ${said}`);
    this.kind = kind;
    this.wasTaken = wasTaken;
  }
}

const lookEveryMs = 50;

/** A process of models and its one request at a time; a request that takes too long or breaks it ends it. */
export class ModelProcess implements AsyncDisposable {
  readonly #process: ContainedProcess<ToModels, FromModels>;
  readonly #options: ModelProcessOptions;
  #waiting: { resolve: (message: FromModels) => void; reject: (error: unknown) => void } | undefined;
  #lost: ModelProcessLost | undefined;

  constructor(options: ModelProcessOptions) {
    this.#options = options;
    const program = programBeside(import.meta.url, 'onnx-child');
    this.#process = new ContainedProcess(
      { program, memoryBytes: options.memoryBytes, workDir: tmpdir() },
      (message) => {
        this.#waiting?.resolve(message);
        this.#waiting = undefined;
      },
    );
    this.#process.ended.then(({ kind, said, wasTaken }) =>
      this.#lose(new ModelProcessLost(kind, said, wasTaken)),
    );
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** @throws ModelProcessLost when it ends before its answer; everything it had loaded is gone then */
  async request(message: ToModels): Promise<FromModels> {
    if (this.#lost !== undefined) throw this.#lost;
    if (this.#waiting !== undefined) throw new Error('one request at a time');
    const { clock, requestMs } = this.#options;
    const endsAtMs = clock.monotonicMs() + requestMs;
    const watch = setInterval(() => {
      if (clock.monotonicMs() >= endsAtMs) this.#lose(new ModelProcessLost('late', ''));
    }, lookEveryMs);
    try {
      return await new Promise<FromModels>((resolve, reject) => {
        this.#waiting = { resolve, reject };
        this.#process.send(message);
      });
    } finally {
      clearInterval(watch);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lose(new ModelProcessLost('killed', ''));
    await this.#process.ended;
  }

  #lose(lost: ModelProcessLost): void {
    this.#lost ??= lost;
    this.#process.kill();
    this.#waiting?.reject(this.#lost);
    this.#waiting = undefined;
  }
}

export function lateOrGone(lost: ModelProcessLost): CodedError {
  return lost.kind === 'late'
    ? new CodedError('DEADLINE_EXCEEDED', 'The model took too long.', { cause: lost })
    : new CodedError('ENGINE_UNAVAILABLE', 'The model could not finish.', { cause: lost });
}
