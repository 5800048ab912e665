import { CodedError, type Logger } from '@tributary/runtime';
import type { Relational } from '../relational/port.ts';
import { ChannelListeners, type OnMessage } from './channel-listeners.ts';
import { checkMessage, frameMessage, readFrame } from './message-frame.ts';
import type { PubSub } from './port.ts';
import { PublishQueue } from './publish-queue.ts';

/** The one channel of LISTEN that carries all logical channels: joining a room then costs no round trip. */
const notifyChannel = 'tributary_pubsub';

/** Ephemeral fan-out over PostgreSQL's LISTEN and NOTIFY: it crosses processes, and needs nothing beside the database. */
export class EmbeddedPubSub implements PubSub {
  readonly #relational: Relational;
  readonly #queue: PublishQueue;
  readonly #listeners: ChannelListeners;
  readonly #log: Logger | undefined;
  #listening: Promise<AsyncDisposable> | undefined;
  #sequence = 0;
  #closed = false;

  /** The database stays the caller's: disposing closes this fan-out alone. */
  constructor(relational: Relational, log: Logger | undefined) {
    this.#relational = relational;
    this.#listeners = new ChannelListeners(log);
    this.#log = log;
    this.#queue = new PublishQueue(async (frames) => {
      const statement = 'SELECT pg_notify($1, frame) FROM unnest($2::text[]) AS frame';
      await relational.query(statement, [notifyChannel, frames], 'pubsub-publish');
    });
  }

  async publish(channel: string, payload: string): Promise<void> {
    this.#checkOpen();
    checkMessage({ channel, payload });
    this.#sequence += 1;
    await this.#queue.add(frameMessage(this.#sequence, { channel, payload }));
  }

  async subscribe(channel: string, onMessage: OnMessage): Promise<AsyncDisposable> {
    this.#checkOpen();
    checkMessage({ channel, payload: '' });
    const leave = this.#listeners.add(channel, onMessage);
    try {
      await this.#listen();
    } catch (error) {
      leave();
      throw error;
    }
    return { [Symbol.asyncDispose]: async () => void leave() };
  }

  async ping(): Promise<void> {
    this.#checkOpen();
    await this.#relational.ping();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
    await this.#queue.settled();
    const listening = await this.#listening?.catch(() => undefined);
    await listening?.[Symbol.asyncDispose]();
  }

  async #listen(): Promise<void> {
    this.#listening ??= this.#relational.listen(notifyChannel, (frame) => {
      const message = readFrame(frame);
      if (message !== undefined) this.#listeners.deliver(message);
      else this.#log?.warn({ sizeBytes: frame.length }, 'a notification is no pubsub message');
    });
    const attempt = this.#listening;
    try {
      await attempt;
    } catch (error) {
      if (this.#listening === attempt) this.#listening = undefined;
      throw error;
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw new CodedError('ENGINE_UNAVAILABLE', 'The publish-subscribe engine is closed.');
  }
}
