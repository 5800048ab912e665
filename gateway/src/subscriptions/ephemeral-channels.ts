import type { LogEvent } from '@tributary/engines/event-log';
import type { PubSub } from '@tributary/engines/pubsub';
import type { Logger } from '@tributary/runtime';

type EventListener = (event: LogEvent) => void;

interface Channel {
  readonly listeners: Set<EventListener>;
  readonly subscribed: Promise<AsyncDisposable>;
}

/** Pubsub channels of this process: one subscription per channel, however many listen, closed when the last leaves. */
export class EphemeralChannels implements AsyncDisposable {
  readonly #pubsub: PubSub;
  readonly #logger: Logger;
  readonly #channels = new Map<string, Channel>();

  constructor(pubsub: PubSub, logger: Logger) {
    this.#pubsub = pubsub;
    this.#logger = logger;
  }

  /** Resolves when messages published from now on are heard. Disposing twice is harmless. */
  async listen(name: string, listener: EventListener): Promise<Disposable> {
    const channel = this.#channels.get(name) ?? this.#open(name);
    channel.listeners.add(listener);
    const leave = (): void => {
      channel.listeners.delete(listener);
      if (channel.listeners.size === 0 && this.#channels.get(name) === channel) {
        this.#channels.delete(name);
        void this.#close(channel);
      }
    };
    try {
      await channel.subscribed;
    } catch (error) {
      leave();
      throw error;
    }
    return { [Symbol.dispose]: leave };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const channels = [...this.#channels.values()];
    this.#channels.clear();
    await Promise.all(channels.map((channel) => this.#close(channel)));
  }

  #open(name: string): Channel {
    const listeners = new Set<EventListener>();
    const subscribed = this.#pubsub.subscribe(name, (payload) => {
      const event = this.#eventOf(payload);
      if (event !== undefined) for (const listener of [...listeners]) listener(event);
    });
    const channel = { listeners, subscribed };
    this.#channels.set(name, channel);
    return channel;
  }

  async #close(channel: Channel): Promise<void> {
    // A channel that never opened has nothing to close; who asked for it was told.
    const subscription = await channel.subscribed.catch(() => undefined);
    await subscription?.[Symbol.asyncDispose]();
  }

  #eventOf(payload: string): LogEvent | undefined {
    try {
      const event: unknown = JSON.parse(payload);
      const isEvent =
        typeof event === 'object' && event !== null && 'type' in event && 'workspaceid' in event;
      if (isEvent) return event as LogEvent;
    } catch {
      // Reported below, as any message that is no event.
    }
    this.#logger.warn({ sizeBytes: payload.length }, 'a pubsub message is no event');
    return undefined;
  }
}
