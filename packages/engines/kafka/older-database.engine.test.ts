import { createLogger, newId } from '@tributary/runtime';
import { freshDatabase } from '@tributary/test-kit';
import { expect, inject, test } from 'vitest';
import { openEventLog } from '../event-log/open.ts';
import { ensureOutbox } from '../outbox/relational.ts';
import type { Relational } from '../relational/port.ts';
import { parseKafkaUrl } from './address.ts';
import { withAdmin } from './admin.ts';
import { openDriver } from './driver.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const moved = 'installation.moved';

/** Topics that nobody has had. */
function freshUrl(): string {
  const url = inject('engines')['KAFKA_URL'] ?? 'missing: run npm run test:engines -- kafka';
  return `${url}/o${newId().slice(-12)}.`;
}

/** Makes rows of an outbox, and answers their numbers. */
async function write(relational: Relational, count: number): Promise<readonly string[]> {
  const { rows } = await relational.query<{ id: string }>(
    `INSERT INTO outbox.event (topic, event) SELECT 'data.record', '{}' FROM generate_series(1, $1) RETURNING id::text`,
    [count],
  );
  return rows.map(({ id }) => id);
}

/** What `pg_restore` does to the outbox of the database, after a dump in which that had come to a row. */
async function restore(relational: Relational, row: string): Promise<void> {
  await relational.query('DELETE FROM outbox.event');
  await relational.query(`SELECT setval('outbox.event_id_seq', $1::bigint)`, [row]);
}

test('a database of yesterday is refused beside the log of today, and goes on with an empty one', async () => {
  const url = freshUrl();
  await using relational = await freshDatabase();
  await ensureOutbox(relational);
  const dumped = (await write(relational, 3)).at(-1) ?? '';
  {
    await using eventLog = await openEventLog(url, { relational, log });
    await eventLog.noteMoved?.(dumped);
    await eventLog.noteMoved?.((await write(relational, 5)).at(-1) ?? '');
  }
  await using _same = await openEventLog(url, { relational, log });
  await restore(relational, dumped);
  await expect(openEventLog(url, { relational, log })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(
      /ahead of the database.* up to row \d+ .* An older state of it was restored\. .* empty.* delete the topic \S+installation\.moved .*A database that was restored/,
    ),
  });
  await using empty = await openEventLog(freshUrl(), { relational, log });
  await empty.ping();
});

test('a database of yesterday goes on with the log of today once what tells of it is deleted', async () => {
  const url = freshUrl();
  const address = parseKafkaUrl(url, 'EVENT_LOG_URL');
  await using relational = await freshDatabase();
  await ensureOutbox(relational);
  const last = (await write(relational, 5)).at(-1) ?? '';
  {
    await using eventLog = await openEventLog(url, { relational, log });
    await eventLog.noteMoved?.(last);
  }
  await restore(relational, '1');
  await expect(openEventLog(url, { relational, log })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  await withAdmin(await openDriver(address, log), (admin) =>
    admin.deleteTopics({ topics: [address.prefix + moved] }),
  );
  const [next = ''] = await write(relational, 1);
  {
    await using again = await openEventLog(url, { relational, log });
    await again.noteMoved?.(next);
    expect(await again.topics()).toEqual([]);
  }
  await using later = await openEventLog(url, { relational, log });
  await later.ping();
});
