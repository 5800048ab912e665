import { CodedError } from '@tributary/runtime';
import { pubSubLimits } from './port.ts';

interface Queued {
  readonly frame: string;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** The most frames one statement carries; keeps its text under a megabyte or two. */
const framesPerBatch = 250;

/** Gathers what one turn of the event loop publishes into one statement, one statement at a time: that keeps the order. */
export class PublishQueue {
  readonly #send: (frames: readonly string[]) => Promise<void>;
  readonly #queued: Queued[] = [];
  #draining: Promise<void> | undefined;

  constructor(send: (frames: readonly string[]) => Promise<void>) {
    this.#send = send;
  }

  /** Resolves when the frame was sent. @throws CodedError OVERLOADED */
  add(frame: string): Promise<void> {
    const { queuedMessages } = pubSubLimits;
    if (this.#queued.length >= queuedMessages) {
      throw new CodedError('OVERLOADED', 'Too many messages are waiting to be published.', {
        details: { queuedMessages },
      });
    }
    return new Promise((done, failed) => {
      this.#queued.push({ frame, done, failed });
      this.#draining ??= this.#drain();
    });
  }

  /** Resolves when everything queued has been sent or has failed. */
  async settled(): Promise<void> {
    await this.#draining;
  }

  async #drain(): Promise<void> {
    await new Promise((resume) => setImmediate(resume));
    while (this.#queued.length > 0) {
      const batch = this.#queued.splice(0, framesPerBatch);
      try {
        await this.#send(batch.map(({ frame }) => frame));
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.#draining = undefined;
  }
}
