import { createEvent } from '@tributary/engines/event-log/event';
import { newId } from '@tributary/runtime';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { computed } from './measuring.ts';
import { member, type OpenAnalytics, openAnalytics, startMs } from './open-analytics.ts';

// Each query is a process, and a busy machine starts them slowly.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

/** As it is declared now; events of before have other types, and lack what is new. */
const tracking = [
  {
    name: 'cart-touched.graphql',
    text: `type CartTouched @event(name: "cart.touched") { item: Int!, price: Int, ratio: Float, sku: String!, paid: Boolean, due: DateTime, note: String }`,
  },
];
const metrics = [
  {
    name: 'carts.graphql',
    text: `extend type CartTouched @metric(name: "carts", measures: { n: "count()", items: "distinct(item)", price: "sum(price)", skus: "distinct(sku)" }, dimensions: ["item"], windows: { HOUR: "tumble(1h)" })`,
  },
];
const told = [
  { item: 'fut', price: 7134.41, ratio: 3, sku: 12, paid: 'yes', due: 'soon', gone: 'x' },
  { item: 7.5, price: 10, ratio: '1.5', sku: true, paid: 1, due: '2026-02-30T00:00:00Z' },
  { item: 3_000_000_000, price: 0, ratio: 0.1, sku: 'a', paid: true, due: '2024-02-29T10:00:00.000Z' },
  { item: 4, price: null, ratio: null, sku: '12', paid: false, due: '2026-02-29T10:00:00Z' },
  { item: 1, price: 5, ratio: 2.5, sku: 'b', paid: true, due: '2026-02-28T23:59:59.999Z', note: 'n' },
  { item: 1, price: 5, ratio: 2.5, sku: 'b', paid: true, due: '2026-02-28T23:60:00.000Z', note: 'n' },
];

let analytics: OpenAnalytics;
const editor = member(newId(), 'EDITOR');
beforeAll(async () => {
  analytics = await openAnalytics({ tracking, metrics });
  const time = new Date(startMs - 3_600_000).toISOString();
  for (const [n, properties] of told.entries()) {
    const facts = { name: 'cart.touched', subject: `s${n}`, properties };
    await analytics.relational.query(
      `INSERT INTO analytics.event (workspace_id, event_id, name, subject, "time", received_at, properties)
       VALUES ($1, $2, $3, $4, $5, $5, $6)`,
      [editor.workspaceId, newId(), facts.name, facts.subject, time, JSON.stringify(properties)],
    );
    const event = createEvent({
      ...{ type: 'analytics.event.tracked', source: '/subgraphs/analytics', subject: `Subject/s${n}` },
      ...{ workspaceId: editor.workspaceId, actor: editor, data: facts, clock: analytics.clock },
    });
    await analytics.eventLog.append('analytics.event', [{ ...event, time }]);
  }
});
afterAll(() => analytics[Symbol.asyncDispose]());

test('what was told by another declaration is null in SQL, never another number, and every column can be read', async () => {
  const query = `{ analyticsQuery(sql: "SELECT item, price, ratio, sku, paid, due, note FROM cart_touched ORDER BY subject") { rows } }`;
  const { data, message } = await analytics.run(editor, query);
  expect(message).toBeUndefined();
  expect(data.analyticsQuery.rows).toEqual([
    [null, null, 3, '12', null, null, null],
    [null, 10, null, 'true', null, null, null],
    [null, 0, 0.1, 'a', true, '2024-02-29T10:00:00Z', null],
    [4, null, null, '12', false, null, null],
    [1, 5, 2.5, 'b', true, '2026-02-28T23:59:59.999Z', 'n'],
    [1, 5, 2.5, 'b', true, null, 'n'],
  ]);
});

test('a metric counts it by the same rule', async () => {
  await analytics.measure();
  await computed(analytics);
  const query = `{ metric(name: "carts", window: HOUR) { series { points { byMeasure } } }
    byItem: metric(name: "carts", window: HOUR, dimensions: ["item"]) { series { dimensions points { rows } } } }`;
  const { data, message } = await analytics.run(editor, query);
  expect(message).toBeUndefined();
  expect(data.metric.series).toEqual([{ points: [{ byMeasure: { n: 6, items: 2, price: 20, skus: 4 } }] }]);
  expect(data.byItem.series).toEqual(
    expect.arrayContaining([
      { dimensions: { item: null }, points: [{ rows: 3 }] },
      { dimensions: { item: 4 }, points: [{ rows: 1 }] },
      { dimensions: { item: 1 }, points: [{ rows: 2 }] },
    ]),
  );
  expect(data.byItem.series).toHaveLength(3);
});

test('a funnel splits and filters by it by the same rule', async () => {
  const [from, to] = [startMs - 7_200_000, startMs].map((ms) => new Date(ms).toISOString());
  const reached = async (first: object, by?: string) => {
    const { data, message } = await analytics.run(
      editor,
      `query ($steps: [FunnelStep!]!, $from: DateTime!, $to: DateTime!, $by: String) {
        funnel(steps: $steps, from: $from, to: $to, within: "1h", by: $by) { key steps { subjects } } }`,
      { steps: [{ event: 'cart.touched', ...first }, { event: 'cart.touched' }], from, to, by },
    );
    expect(message).toBeUndefined();
    return Object.fromEntries(
      data.funnel.map(({ key, steps }: { key: unknown; steps: { subjects: number }[] }) => [
        JSON.stringify(key),
        steps[0]?.subjects,
      ]),
    );
  };
  expect(await reached({}, 'item')).toEqual({ null: 3, 4: 1, 1: 2 });
  expect(await reached({}, 'sku')).toEqual({ '"12"': 2, '"true"': 1, '"a"': 1, '"b"': 2 });
  expect(await reached({ where: { sku: '12' } })).toEqual({ null: 2 });
  expect(await reached({ where: { item: null } })).toEqual({ null: 3 });
  expect(await reached({ where: { price: 7134.41 } })).toEqual({ null: 0 });
});
