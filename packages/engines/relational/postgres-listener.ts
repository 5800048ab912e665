import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@tributary/runtime';
import pg from 'pg';
import { codedSqlError, isUnanswered } from './postgres-errors.ts';
import { leaveConnection } from './postgres-farewell.ts';

type OnNotify = (payload: string) => void;

/** LISTEN for a whole process on one connection of its own, opened with the first channel and renewed when it is lost. */
export class PostgresListener implements AsyncDisposable {
  readonly #settings: pg.ClientConfig;
  readonly #log: Logger;
  readonly #channels = new Map<string, Set<OnNotify>>();
  readonly #closing = new AbortController();
  #client: Promise<pg.Client> | undefined;
  /** The connection that hears now; undefined while it is away. */
  #hearing: pg.Client | undefined;

  constructor(settings: pg.ClientConfig, log: Logger) {
    this.#settings = settings;
    this.#log = log;
  }

  /** Resolves when notifications from now on are heard. */
  async listen(channel: string, onNotify: OnNotify): Promise<AsyncDisposable> {
    const known = this.#channels.get(channel);
    const callbacks = known ?? new Set<OnNotify>();
    callbacks.add(onNotify);
    this.#channels.set(channel, callbacks);
    try {
      this.#client ??= this.#firstConnect();
      const client = await this.#client;
      // Again even when known: the other caller's LISTEN may still be under way, and repeating it is free.
      await ask(client, `LISTEN ${client.escapeIdentifier(channel)}`);
    } catch (error) {
      await this.#unlisten(channel, onNotify);
      throw codedSqlError(error);
    }
    return { [Symbol.asyncDispose]: () => this.#unlisten(channel, onNotify) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#channels.clear();
    const client = await this.#client?.catch(() => undefined);
    if (client !== undefined) await leaveConnection(client);
  }

  async #unlisten(channel: string, onNotify: OnNotify): Promise<void> {
    const callbacks = this.#channels.get(channel);
    callbacks?.delete(onNotify);
    if (callbacks === undefined || callbacks.size > 0) return;
    this.#channels.delete(channel);
    // A connection that is away listens to nothing, and may never come back: who stops need not wait for it.
    const client = this.#hearing;
    if (client !== undefined)
      await ask(client, `UNLISTEN ${client.escapeIdentifier(channel)}`).catch(() => undefined);
  }

  async #firstConnect(): Promise<pg.Client> {
    try {
      return await this.#connect();
    } catch (error) {
      this.#client = undefined;
      throw error;
    }
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      ...this.#settings,
      application_name: `${this.#settings.application_name} listen`,
    });
    client.on('notification', ({ channel, payload }) => {
      for (const onNotify of this.#channels.get(channel) ?? []) this.#tell(onNotify, channel, payload ?? '');
    });
    // Before anything is asked: a connection that dies while it asks tells so twice, and an event that nobody hears would end the process.
    client.on('error', () => undefined);
    let lost = false;
    const onLost = (): void => {
      if (lost || this.#closing.signal.aborted) return;
      lost = true;
      this.#hearing = undefined;
      this.#client = this.#channels.size === 0 ? undefined : this.#reconnect();
      // Ends in a rejection only by closing; who awaits it meanwhile sees that as well.
      this.#client?.catch(() => undefined);
    };
    try {
      await client.connect();
      for (const channel of this.#channels.keys())
        await ask(client, `LISTEN ${client.escapeIdentifier(channel)}`);
    } catch (error) {
      await leaveConnection(client);
      throw error;
    }
    client.on('error', onLost);
    client.on('end', onLost);
    this.#hearing = client;
    return client;
  }

  /** What is thrown here would leave the driver's parser amid a packet, and end the process: anybody who may connect can notify. */
  #tell(onNotify: OnNotify, channel: string, payload: string): void {
    try {
      onNotify(payload);
    } catch (err) {
      this.#log.warn({ engine: 'postgres', channel, err }, 'a listener failed with a notification');
    }
  }

  async #reconnect(): Promise<pg.Client> {
    this.#log.warn({ engine: 'postgres' }, 'the listening connection was lost; connecting again');
    for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 2_000)) {
      await delay(waitMs * (0.5 + Math.random() / 2), undefined, {
        signal: this.#closing.signal,
        ref: false,
      });
      try {
        return await this.#connect();
      } catch (err) {
        this.#log.debug({ engine: 'postgres', err }, 'the listening connection is still away');
      }
    }
  }
}

/** A connection whose server does not answer hears nothing either: it ends, which has another one take its place. */
async function ask(client: pg.Client, text: string): Promise<void> {
  try {
    await client.query(text);
  } catch (error) {
    if (isUnanswered(error)) void client.end();
    throw error;
  }
}
