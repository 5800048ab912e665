import { CodedError, type Logger } from '@tributary/runtime';

/** Between two lines on one subgraph: one that answers every other time must not fill the log. */
const pauseMs = 10_000;

/** Tells operators why a subgraph's fields are null: the first failure, and the first answer after that. */
export class ToldFailures {
  readonly #subgraph: string;
  readonly #log: Logger;
  #toldMs = Number.NEGATIVE_INFINITY;
  #isFailing = false;

  constructor(subgraph: string, log: Logger) {
    this.#subgraph = subgraph;
    this.#log = log;
  }

  tell(cause: unknown): void {
    if (this.#isFailing || performance.now() - this.#toldMs < pauseMs) return;
    this.#isFailing = true;
    this.#toldMs = performance.now();
    this.#log.warn(
      { subgraph: this.#subgraph, reason: reasonOf(cause) },
      'a subgraph does not answer as it should',
    );
  }

  over(): void {
    if (!this.#isFailing) return;
    this.#isFailing = false;
    this.#log.info({ subgraph: this.#subgraph }, 'a subgraph answers again');
  }
}

/** Ours have texts that are meant to be read; of the others' the code says enough, and nothing of what was sent. */
function reasonOf(cause: unknown): string {
  if (cause instanceof CodedError) return cause.message;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return cause instanceof Error ? cause.name : 'unknown';
}
