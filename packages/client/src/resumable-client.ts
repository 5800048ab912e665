import {
  type Client,
  type ClientOptions,
  createClient,
  type FormattedExecutionResult,
  type Sink,
  type SubscribePayload,
} from 'graphql-ws';

/** What graphql-ws tells of an operation, and from when on it tells all of it. */
export interface ResumableSink<Payload> extends Sink<Payload> {
  /**
   * Told once, when the subscription's position is fixed: from there on every event comes, over whatever cuts. What is read after it and
   * what comes together miss nothing; what was read before may.
   */
  subscribed?(): void;
}

/** A stock graphql-ws client: hand it to Apollo's `GraphQLWsLink`, to urql's `subscriptionExchange`, or use it as it is. */
export interface ResumableClient extends Client {
  subscribe<Data = Record<string, unknown>, Extensions = unknown>(
    payload: SubscribePayload,
    sink: ResumableSink<FormattedExecutionResult<Data, Extensions>>,
  ): () => void;
}

/** graphql-ws declares the payload read-only, but sends this very object again: what is kept inside it reaches the gateway. */
interface KeptPayload {
  variables: Readonly<Record<string, unknown>>;
  extensions: Readonly<Record<string, unknown>>;
}

/**
 * A graphql-ws client whose subscriptions go on where they were cut off: after a reconnect each has every event once, in order.
 *
 * The gateway puts a cursor beside each payload (`extensions.cursor`) and one into the ping that says "subscribed". graphql-ws sends the
 * same payload object again when it reconnects, so the latest cursor is kept inside it: as variable `after`, for operations that
 * declare one, and as `extensions.after`, for those that do not. All options are those of `createClient`.
 */
export function createResumableClient(options: ClientOptions): ResumableClient {
  const kept = new Map<string, KeptPayload>();
  /** By their payload: whom to tell that it has a position. */
  const awaited = new Map<unknown, () => void>();
  let ids = 0;
  const nextId = options.generateID ?? (() => `s${++ids}`);
  const client = createClient({
    // A gateway that drains or restarts is back within a minute; the library's own default gives up after five tries.
    retryAttempts: 30,
    shouldRetry: () => true,
    retryWait: jitteredWait,
    ...options,
    generateID: (payload) => {
      const id = nextId(payload);
      kept.set(id, payload as unknown as KeptPayload);
      return id;
    },
  });
  client.on('message', (message) => {
    if (message.type === 'next') remember(kept.get(message.id), message.payload.extensions?.['cursor']);
    else if (message.type === 'ping') {
      const payload = kept.get(String(message.payload?.['subscribed']));
      remember(payload, message.payload?.['cursor']);
      const tell = awaited.get(payload);
      awaited.delete(payload);
      tell?.();
    } else if (message.type === 'error' || message.type === 'complete') {
      awaited.delete(kept.get(message.id));
      kept.delete(message.id);
    }
  });
  const forget = (payload: SubscribePayload): void => {
    awaited.delete(payload);
    for (const [id, candidate] of kept) if (candidate === (payload as unknown)) kept.delete(id);
  };
  return {
    ...client,
    iterate: (payload) => {
      const own = copyOf(payload);
      return ending(client.iterate(own), () => forget(own));
    },
    subscribe: (payload, sink) => {
      const own = copyOf(payload);
      if (sink.subscribed !== undefined) awaited.set(own, () => sink.subscribed?.());
      const stop = client.subscribe(own, sink);
      return () => {
        forget(own);
        stop();
      };
    },
  };
}

/** The same iteration, and `end` when whoever walks it leaves early: the gateway is told then, and answers nothing. */
function ending<Item>(items: AsyncIterableIterator<Item>, end: () => void): AsyncIterableIterator<Item> {
  const { return: leave, throw: fail } = items;
  return {
    next: () => items.next(),
    return: async (value) => {
      end();
      return (await leave?.call(items, value)) ?? { done: true, value };
    },
    throw: async (error) => {
      end();
      if (fail !== undefined) return fail.call(items, error);
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** A caller may use one payload for several subscriptions; each has a cursor of its own. */
function copyOf(payload: SubscribePayload): SubscribePayload {
  return { ...payload, variables: { ...payload.variables }, extensions: { ...payload.extensions } };
}

function remember(payload: KeptPayload | undefined, cursor: unknown): void {
  if (payload === undefined || typeof cursor !== 'string') return;
  payload.variables = { ...payload.variables, after: cursor };
  payload.extensions = { ...payload.extensions, after: cursor };
}

/** Full jitter up to 0.5, 1, 2 … 30 s: clients cut off together do not come back together. */
function jitteredWait(retries: number): Promise<void> {
  const limitMs = Math.min(30_000, 500 * 2 ** retries);
  return new Promise((resolve) => setTimeout(resolve, Math.random() * limitMs));
}
