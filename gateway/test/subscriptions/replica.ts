import type { EventLog } from '@tributary/engines/event-log';
import { createCursorCodec } from '@tributary/engines/event-log/cursor';
import type { PubSub } from '@tributary/engines/pubsub';
import { createLogger, Registry, systemClock } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { buildSchema, parse } from 'graphql';
import { EphemeralChannels } from '../../src/subscriptions/ephemeral-channels.ts';
import { EphemeralGroups } from '../../src/subscriptions/ephemeral-groups.ts';
import { ExecutionTurns } from '../../src/subscriptions/execution-turns.ts';
import { FeedRegistry } from '../../src/subscriptions/feed-registry.ts';
import { LogHub } from '../../src/subscriptions/log-hub.ts';
import type { Payload } from '../../src/subscriptions/payload.ts';
import { createRealTimeFigures } from '../../src/subscriptions/real-time-figures.ts';
import type { LogRoute } from '../../src/subscriptions/stream-routes.ts';
import type { Subscriber } from '../../src/subscriptions/subscriber.ts';
import { Subscriptions } from '../../src/subscriptions/subscriptions.ts';
import { chargedNothing, preparedSubscription } from './prepared-subscription.ts';
import type { ScriptedLog } from './scripted-log.ts';

const principal: Principal = { kind: 'user', id: 'u-1', workspaceId: 'ws-1', role: 'VIEWER', scopes: null };
export const cursors = createCursorCodec('a secret only the tests know');
const document = parse('subscription ($after: String) { airportChanged(after: $after) }');
export const route: LogRoute = {
  kind: 'log',
  fieldName: 'airportChanged',
  topic: 'data.record',
  types: new Set(['data.record.updated']),
  subject: 'Airport/*',
  filterArgument: undefined,
};
const schema = buildSchema(
  'type Query { a: Int } type Subscription { airportChanged(after: String): String }',
);

/** A client: what it has seen over all its connections, and the cursor it holds. */
export class Client {
  readonly seen: string[] = [];
  cursor: string | undefined;
  /** Where it was told that its first subscription starts: everything from there on is its due. */
  startCursor: string | undefined;
}

/** One connection of a client. It may end at any moment, also while it is being accepted. */
export class Connection implements Subscriber {
  readonly principal = principal;
  readonly #client: Client;
  #running: Disposable | undefined;
  readonly #gone = new AbortController();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Resolves when the subscription is in force, or the connection was cut on the way. */
  async subscribe(subscriptions: Subscriptions): Promise<void> {
    const after = this.#client.cursor;
    const variables = after === undefined ? {} : { after };
    const request = {
      query: '',
      document,
      operationName: undefined,
      variables,
      after: undefined,
      requestId: 'r',
    };
    const running = await subscriptions.start(request, this, this.#gone.signal);
    if (this.isOpen) this.#running = running;
    else running?.[Symbol.dispose]();
  }

  get isOpen(): boolean {
    return !this.#gone.signal.aborted;
  }

  cut(): void {
    this.#gone.abort();
    this.#running?.[Symbol.dispose]();
  }

  accepted(cursor: string | undefined): void {
    this.#client.cursor = cursor;
    this.#client.startCursor ??= cursor;
  }

  deliver({ message }: Payload): void {
    if (!this.isOpen) return;
    const { data, extensions } = JSON.parse(message.toString().slice(0, -1)) as {
      data: { airportChanged: string };
      extensions: { cursor: string };
    };
    this.#client.seen.push(data.airportChanged);
    this.#client.cursor = extensions.cursor;
  }

  refuse(): void {
    throw new Error('refused');
  }

  interrupt(): void {
    throw new Error('interrupted');
  }

  readonly isBehind = false;

  async drained(): Promise<void> {}
}

/** One process of the gateway, without its sockets. */
export function replica(
  log: ScriptedLog,
  { recentLimit, pageSize }: { readonly recentLimit: number; readonly pageSize: number },
) {
  const logger = createLogger({ name: 'test', level: 'silent' });
  const figures = createRealTimeFigures(new Registry());
  const clock = systemClock;
  const turns = new ExecutionTurns(clock);
  const hub = new LogHub({
    log: log as unknown as EventLog,
    cursors,
    logger,
    recent: { records: recentLimit, bytes: Number.POSITIVE_INFINITY },
    pageSize,
  });
  const feeds = new FeedRegistry({ hub, clock, logger, figures, turns });
  const ephemeral = new EphemeralGroups({
    channels: new EphemeralChannels({} as PubSub, logger),
    clock,
    figures,
    turns,
  });
  const subscriptions = new Subscriptions({
    streams: () => ({
      routes: new Map([[route.fieldName, route]]),
      topics: new Set([route.topic]),
      schema,
      version: '1',
    }),
    prepareStream: ({ query, document = parse(query), variables = {} }) =>
      preparedSubscription(document, variables, (args) => ({
        fieldName: route.fieldName,
        cost: 1,
        args,
        execute: async (_principal, stream) => {
          await log.turns();
          return {
            data: {
              airportChanged:
                stream === undefined ? null : (stream.event.data as { after: { name: string } }).after.name,
            },
          };
        },
      })),
    charge: chargedNothing,
    heldBytes: { ofOwner: Number.POSITIVE_INFINITY, ofAll: Number.POSITIVE_INFINITY },
    feeds,
    ephemeral,
    objectsPerEvent: 10_000,
  });
  return { hub, feeds, subscriptions, figures };
}
