import { Registry } from '@tributary/runtime';
import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import { RefusedOperation } from '../../src/execution/refused-operation.ts';
import { anonymous } from '../../src/security/nobody.ts';
import type { EphemeralGroups } from '../../src/subscriptions/ephemeral-groups.ts';
import type { FeedRegistry } from '../../src/subscriptions/feed-registry.ts';
import { createRealTimeFigures } from '../../src/subscriptions/real-time-figures.ts';
import type { Subscriber } from '../../src/subscriptions/subscriber.ts';
import { Subscriptions } from '../../src/subscriptions/subscriptions.ts';
import { chargedNothing } from './prepared-subscription.ts';

const schema = buildSchema('type Query { a: Int } type Subscription { ticks: Int }');

test('a text that is refused is not read for what would be shared of it', async () => {
  let reads = 0;
  const streams = {
    routes: new Map(),
    topics: new Set<string>(),
    version: '1',
    get schema() {
      reads += 1;
      return schema;
    },
  };
  const subscriptions = new Subscriptions({
    streams: () => streams,
    prepareStream: () => {
      throw new RefusedOperation([{ message: 'Too complex.' }], 400);
    },
    feeds: { figures: createRealTimeFigures(new Registry()) } as FeedRegistry,
    ephemeral: {} as EphemeralGroups,
    objectsPerEvent: 10,
    heldBytes: { ofOwner: 1_000_000, ofAll: 1_000_000 },
    charge: chargedNothing,
  });
  const names = Array.from({ length: 100 }, (_, at) => `a${at}`);
  const query = names.map((name) => `subscription ${name} { ticks }`).join(' ');
  const document = parse(query);
  const subscriber = { principal: anonymous } as Subscriber;
  for (const operationName of names) {
    const request = { query, document, operationName, variables: {}, after: undefined, requestId: '1' };
    await expect(subscriptions.start(request, subscriber, new AbortController().signal)).rejects.toThrow(
      RefusedOperation,
    );
  }
  expect(reads).toBe(0);
});
