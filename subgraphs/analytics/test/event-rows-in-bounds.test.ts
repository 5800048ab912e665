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
