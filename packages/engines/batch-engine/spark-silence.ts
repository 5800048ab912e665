import { status as grpcStatus } from '@grpc/grpc-js';
import type { SparkConnection } from './spark-connection.ts';
import { isServiceError } from './spark-faults.ts';

/**
 * Tells a Spark that has long nothing to say from one that is gone while its connections stay (it stands still, or what lies between drops everything). While jobs of an operation
 * are at work Spark tells of its progress every two seconds, or as often as `spark.connect.progress.reportInterval` says; never where that is 0, and nothing while it
 * looks through files for their columns. So no silence is too long by itself: each time that nothing was heard for the address's `timeoutMs`, Spark is asked something that it
 * answers at once, whatever it computes. HTTP/2's own pings would do, but a server as Spark builds it hangs up on who sends them more often than every five minutes.
 */
export class SilenceWatch implements Disposable {
  readonly #connection: SparkConnection;
  readonly #sessionId: string;
  readonly #onLost: (why: Error) => void;
  #heardMs = performance.now();
  #timer: NodeJS.Timeout | undefined;

  /** `onLost` is called once, with gRPC's own error, when a question was not answered within `timeoutMs`. */
  constructor(connection: SparkConnection, sessionId: string, onLost: (why: Error) => void) {
    this.#connection = connection;
    this.#sessionId = sessionId;
    this.#onLost = onLost;
    this.#wait();
  }

  heard(): void {
    this.#heardMs = performance.now();
  }

  get silentMs(): number {
    return performance.now() - this.#heardMs;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(): void {
    const { timeoutMs } = this.#connection.address;
    const restMs = this.silentMs >= timeoutMs ? timeoutMs : timeoutMs - this.silentMs;
    this.#timer = setTimeout(() => void this.#look(), restMs);
  }

  async #look(): Promise<void> {
    const { timeoutMs } = this.#connection.address;
    if (this.silentMs >= timeoutMs) {
      const askedMs = performance.now();
      const why = await this.#unanswered();
      if (this.#timer === undefined) return;
      // What came while it was asked is an answer as well.
      if (why !== undefined && this.#heardMs < askedMs) {
        this.#onLost(why);
        return;
      }
    }
    this.#wait();
  }

  /** A connection that broke is none of this: it is made again by whoever reads from it. */
  async #unanswered(): Promise<Error | undefined> {
    try {
      await this.#connection.ask('AnalyzePlan', { sessionId: this.#sessionId, sparkVersion: {} });
    } catch (error) {
      if (isServiceError(error) && error.code === grpcStatus.DEADLINE_EXCEEDED) return error;
      if (isServiceError(error) && error.code === grpcStatus.UNAVAILABLE) return undefined;
    }
    this.heard();
    return undefined;
  }
}
