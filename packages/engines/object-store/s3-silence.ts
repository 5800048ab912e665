import { CodedError } from '@tributary/runtime';

/** Who comes later than this after a silence finds out whether it is over. */
const restMs = 2_000;

/**
 * What callers of one store know of it together: when it was silent a moment ago, the next one is refused at once and need not wait for the same. Anything it
 * answers, an error too, ends the silence.
 */
export class StoreSilence {
  #untilMs = 0;

  /** @throws CodedError ENGINE_UNAVAILABLE while the store is taken for silent */
  check(): void {
    if (performance.now() < this.#untilMs) throw silentStore();
  }

  /** Somebody waited for nothing; what they are to be told. */
  begin(cause?: unknown): CodedError {
    this.#untilMs = performance.now() + restMs;
    return silentStore(cause);
  }

  end(): void {
    this.#untilMs = 0;
  }
}

function silentStore(cause?: unknown): CodedError {
  return new CodedError('ENGINE_UNAVAILABLE', 'The object store does not answer.', {
    cause,
    details: { engine: 's3' },
  });
}
