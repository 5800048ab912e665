import { CodedError, type Logger } from '@tributary/runtime';
import type { RedisAddress } from '../redis/address.ts';
import { RedisConnection } from '../redis/connection.ts';
import { ChannelListeners, type OnMessage } from './channel-listeners.ts';
import { checkMessage } from './message-frame.ts';
import { type PubSub, pubSubLimits } from './port.ts';

/** A connection that only hears would not notice that its peer is gone: it asks now and then. */
const heartbeatMs = 5_000;
/** Channels one SUBSCRIBE names when a connection is renewed. */
const channelsAtOnce = 500;

/**
 * Ephemeral fan-out over Redis: a channel of ours is one of Redis, so that only processes which listen to it are bothered. Two connections, since one that
 * listens does nothing else. While the listening one is away messages are lost; it comes back with all its channels.
 */
export class RedisPubSub implements PubSub {
  readonly #publisher: RedisConnection;
  readonly #subscriber: RedisConnection;
  readonly #prefix: string;
  readonly #listeners: ChannelListeners;
  readonly #heartbeat: NodeJS.Timeout;
  #underWay = 0;
  #closed = false;

  private constructor(
    connections: readonly [RedisConnection, RedisConnection],
    { prefix, log }: { readonly prefix: string; readonly log: Logger | undefined },
  ) {
    [this.#publisher, this.#subscriber] = connections;
    this.#prefix = `${prefix}p:`;
    this.#listeners = new ChannelListeners(log);
    const { client } = this.#subscriber;
    client.on('message', (name: string, payload: string) =>
      this.#listeners.deliver({ channel: name.slice(this.#prefix.length), payload }),
    );
    client.on('ready', () => void this.#hearAgain());
    // Without an answer the driver gives the connection up.
    this.#heartbeat = setInterval(() => {
      if (client.status === 'ready') client.ping().catch(() => undefined);
    }, heartbeatMs);
    this.#heartbeat.unref();
  }

  /** @throws CodedError CONFIG_INVALID, ENGINE_UNAVAILABLE */
  static async open(address: RedisAddress, log: Logger | undefined): Promise<RedisPubSub> {
    const publisher = await RedisConnection.open({ address, name: 'tributary-publish', log });
    try {
      const subscriber = await RedisConnection.open({ address, name: 'tributary-subscribe', log });
      return new RedisPubSub([publisher, subscriber], { prefix: address.prefix, log });
    } catch (error) {
      await publisher[Symbol.asyncDispose]();
      throw error;
    }
  }

  async publish(channel: string, payload: string): Promise<void> {
    this.#checkOpen();
    checkMessage({ channel, payload });
    const { queuedMessages } = pubSubLimits;
    if (this.#underWay >= queuedMessages) {
      throw new CodedError('OVERLOADED', 'Too many messages are waiting to be published.', {
        details: { queuedMessages },
      });
    }
    this.#underWay += 1;
    try {
      await this.#publisher.run((client) => client.publish(this.#prefix + channel, payload));
    } finally {
      this.#underWay -= 1;
    }
  }

  async subscribe(channel: string, onMessage: OnMessage): Promise<AsyncDisposable> {
    this.#checkOpen();
    checkMessage({ channel, payload: '' });
    const name = this.#prefix + channel;
    const remove = this.#listeners.add(channel, onMessage);
    const leave = async (): Promise<void> => {
      // Commands of one connection keep their order: whoever subscribes after this is heard again.
      if (remove() && this.#subscriber.client.status === 'ready')
        await this.#subscriber.client.unsubscribe(name).catch(() => undefined);
    };
    try {
      // Also when others of this process listen already: their SUBSCRIBE may still be under way, and repeating it is free.
      await this.#subscriber.run((client) => client.subscribe(name));
    } catch (error) {
      await leave();
      throw error;
    }
    return { [Symbol.asyncDispose]: leave };
  }

  async ping(): Promise<void> {
    this.#checkOpen();
    await this.#publisher.run((client) => client.ping());
    // The one that hears may be away while the other is there.
    await this.#subscriber.run((client) => client.ping());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearInterval(this.#heartbeat);
    this.#listeners.clear();
    await this.#subscriber[Symbol.asyncDispose]();
    await this.#publisher[Symbol.asyncDispose]();
  }

  /** On a connection that was renewed. One that does not take its channels is renewed once more. */
  async #hearAgain(): Promise<void> {
    const { client } = this.#subscriber;
    const names = this.#listeners.channels.map((channel) => this.#prefix + channel);
    try {
      for (let from = 0; from < names.length; from += channelsAtOnce)
        await client.subscribe(...names.slice(from, from + channelsAtOnce));
    } catch {
      if (client.status === 'ready') client.disconnect(true);
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw new CodedError('ENGINE_UNAVAILABLE', 'The publish-subscribe engine is closed.');
  }
}
