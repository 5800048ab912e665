import type { Logger } from '@tributary/runtime';
import type { Message } from './message-frame.ts';

export type OnMessage = (payload: string) => void;

/** Who listens to which channel in this process. */
export class ChannelListeners {
  readonly #byChannel = new Map<string, Set<OnMessage>>();
  readonly #log: Logger | undefined;

  constructor(log: Logger | undefined) {
    this.#log = log;
  }

  /** Answers the function that takes the listener away again; it answers true when nobody of the channel is left. */
  add(channel: string, onMessage: OnMessage): () => boolean {
    // A function of its own for each subscription, so that one listener may subscribe twice.
    const listener: OnMessage = (payload) => onMessage(payload);
    const listeners = this.#byChannel.get(channel) ?? new Set();
    listeners.add(listener);
    this.#byChannel.set(channel, listeners);
    return () => {
      if (!listeners.delete(listener) || listeners.size > 0) return false;
      return this.#byChannel.get(channel) === listeners && this.#byChannel.delete(channel);
    };
  }

  /** Every listener gets the message. One that throws loses it alone: thrown on, it would end the process out of the driver's socket. */
  deliver({ channel, payload }: Message): void {
    for (const listener of this.#byChannel.get(channel) ?? []) {
      try {
        listener(payload);
      } catch (err) {
        this.#log?.warn({ err, sizeBytes: payload.length }, 'a listener failed with a pubsub message');
      }
    }
  }

  get channels(): readonly string[] {
    return [...this.#byChannel.keys()];
  }

  clear(): void {
    this.#byChannel.clear();
  }
}
