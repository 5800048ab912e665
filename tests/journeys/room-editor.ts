import { type GraphCaller, graphCaller } from '@tributary/test-kit';
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import * as Y from 'yjs';

const followText = `subscription ($noteId: ID!, $after: Cursor) { docUpdates(noteId: $noteId, after: $after) { snapshot update } }`;
const applyText = `mutation ($noteId: ID!, $update: Base64!) { applyDocUpdate(noteId: $noteId, update: $update) { seq } }`;

interface DocUpdates {
  readonly docUpdates: { readonly snapshot: boolean; readonly update: string };
}

export interface Desk {
  readonly url: string;
  readonly noteId: string;
  readonly authorization: string | undefined;
}

/** Somebody who edits the text of a note, as a page would: Yjs, the stock graphql-ws client, and the last cursor kept. */
export class RoomEditor implements AsyncDisposable {
  readonly #desk: Desk;
  readonly #ask: GraphCaller;
  readonly #doc = new Y.Doc();
  /** Made here and not yet acknowledged, in order. */
  readonly #unsent: Uint8Array[] = [];
  #sending: Promise<void> = Promise.resolve();
  #connection: { readonly client: Client; socket: WebSocket | undefined } | undefined;
  #cursor: string | undefined;
  /** Updates that came, over all connections; the whole text at the start is none. */
  received = 0;
  snapshots = 0;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#ask = graphCaller(desk.url, desk.authorization);
    this.#doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === this) return;
      this.#unsent.push(update);
      this.#sendSoon();
    });
  }

  get text(): string {
    return this.#doc.getText('body').toString();
  }

  type(index: number, words: string): void {
    this.#doc.getText('body').insert(index, words);
  }

  erase(index: number, length: number): void {
    this.#doc.getText('body').delete(index, length);
  }

  /** Subscribes where it was; resolves when the server says so. Then sends what was written in between. */
  async connect(): Promise<void> {
    const { url, noteId, authorization } = this.#desk;
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: authorization === undefined ? {} : { authorization },
    });
    const connection = { client, socket: undefined as WebSocket | undefined };
    client.on('opened', (socket) => {
      connection.socket = socket as WebSocket;
    });
    const after = this.#cursor;
    await new Promise<void>((resolve, reject) => {
      client.on('ping', (received, payload) => {
        if (received && payload?.['subscribed'] !== undefined) resolve();
      });
      client.subscribe<DocUpdates, { readonly cursor?: unknown }>(
        { query: followText, variables: { noteId, ...(after === undefined ? {} : { after }) } },
        {
          next: ({ data, extensions }) => {
            if (data) this.#apply(data, extensions?.cursor);
          },
          // After the first answer: the cut, which is made on purpose.
          error: reject,
          complete: () => undefined,
        },
      );
    });
    this.#connection = connection;
    this.#sendSoon();
    await this.saved();
  }

  /** The cable is pulled: nobody says goodbye. */
  cut(): void {
    this.#connection?.socket?.terminate();
    this.#connection = undefined;
  }

  /** Resolves when everything written so far is acknowledged; rejects when it was refused. */
  saved(): Promise<void> {
    return this.#sending;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection?.client.dispose();
    this.#doc.destroy();
  }

  #apply({ docUpdates }: DocUpdates, cursor: unknown): void {
    Y.applyUpdate(this.#doc, Buffer.from(docUpdates.update, 'base64'), this);
    if (docUpdates.snapshot) this.snapshots += 1;
    else this.received += 1;
    if (typeof cursor === 'string') this.#cursor = cursor;
  }

  #sendSoon(): void {
    this.#sending = this.#sending.then(() => this.#send());
    // A refusal is told by `saved`, which nobody may be waiting for yet.
    this.#sending.catch(() => undefined);
  }

  async #send(): Promise<void> {
    const { noteId } = this.#desk;
    for (let [first] = this.#unsent; first !== undefined; [first] = this.#unsent) {
      if (this.#connection === undefined) return;
      const update = Buffer.from(first).toString('base64');
      const { errors } = await this.#ask(applyText, { noteId, update });
      if (errors.length > 0) throw new Error(JSON.stringify(errors));
      this.#unsent.shift();
    }
  }
}

/** The text of a Yjs update that makes all of it. */
export function textIn(update: string): string {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Buffer.from(update, 'base64'));
  return doc.getText('body').toString();
}
