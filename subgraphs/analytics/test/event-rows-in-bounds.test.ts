import { applyMigrations } from '@tributary/prisma';
import { newId } from '@tributary/runtime';
import { migratedDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { eventLines } from '../src/adapters/event-rows.ts';
import type { EventType } from '../src/domain/row-type.ts';

const path = {
  name: 'path',
  description: undefined,
  type: 'String',
  required: true,
  target: undefined,
} as const;
const pageViewed: EventType = {
  ...{ kind: 'EVENT', typeName: 'PageViewed', eventName: 'page.viewed', description: undefined },
  fields: [path],
};

test('events are read in parts that fit, however long they are, each once and in order', async () => {
  await using relational = await migratedDatabase(applyMigrations);
  const workspaceId = newId();
  const count = 500;
  await relational.query(
    `INSERT INTO analytics.event (workspace_id, event_id, name, subject, "time", received_at, properties)
     SELECT $1, gen_random_uuid(), 'page.viewed', 's' || n, timestamptz '2026-01-01' + n * interval '1 ms', now(),
       jsonb_build_object('path', repeat(md5(n::text), CASE WHEN n % 7 = 0 THEN 5000 ELSE 2000 END))
     FROM generate_series(1, $2::int) n`,
    [workspaceId, count],
  );
  const range = { workspaceId, from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
  const subjects: string[] = [];
  let longest = 0;
  for await (const bytes of eventLines(pageViewed, { sql: relational, range, maxEvents: count })) {
    longest = Math.max(longest, bytes.byteLength);
    const lines = bytes.toString().trimEnd().split('\n');
    subjects.push(...lines.map((line) => (JSON.parse(line) as { readonly subject: string }).subject));
  }
  expect(subjects).toEqual(Array.from({ length: count }, (_, at) => `s${at + 1}`));
  expect(longest).toBeLessThanOrEqual(8 * 1024 * 1024);
}, 60_000);

test('a row is one object, of an event without properties too; what is told beside it under the name of a field of every row gives way', async () => {
  await using relational = await migratedDatabase(applyMigrations);
  const workspaceId = newId();
  const subject = 'quote " back \\ \n end';
  for (const [n, properties] of [{}, { id: 'mine', time: 1, path: '/ "x"' }].entries())
    await relational.query(
      `INSERT INTO analytics.event (workspace_id, event_id, name, subject, "time", received_at, properties)
       VALUES ($1, $2, 'page.viewed', $3, $4, '2026-01-01T00:00:05Z', $5)`,
      [workspaceId, newId(), subject, `2026-01-01T00:00:0${n}.25Z`, JSON.stringify(properties)],
    );
  const range = { workspaceId, from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
  const rows = async (kind: EventType | undefined): Promise<readonly unknown[]> => {
    const read: Uint8Array[] = [];
    for await (const bytes of eventLines(kind, { sql: relational, range, maxEvents: 10 })) read.push(bytes);
    return Buffer.concat(read)
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  };
  const own = {
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    subject,
    received_at: '2026-01-01T00:00:05.000',
  };
  const [first, second] = [
    { ...own, time: '2026-01-01T00:00:00.250' },
    { ...own, time: '2026-01-01T00:00:01.250' },
  ];
  expect(await rows(pageViewed)).toEqual([first, { ...second, path: '/ "x"' }]);
  expect(await rows({ ...pageViewed, fields: [] })).toEqual([first, { ...second, path: '/ "x"' }]);
  expect(await rows(undefined)).toEqual([
    { ...first, name: 'page.viewed', properties: '{}' },
    { ...second, name: 'page.viewed', properties: expect.stringContaining('"id": "mine"') },
  ]);
});
