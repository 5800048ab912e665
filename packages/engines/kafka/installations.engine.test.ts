import { createLogger, newId } from '@tributary/runtime';
import { freshDatabase } from '@tributary/test-kit';
import { expect, inject, test } from 'vitest';
import { openEventLog } from '../event-log/open.ts';
import { installationId } from '../installation/id.ts';
import { parseKafkaUrl } from './address.ts';
import { withAdmin } from './admin.ts';
import { openDriver } from './driver.ts';

const log = createLogger({ name: 'test', level: 'silent' });

/** Topics that nobody has had. */
function freshUrl(): string {
  const url = inject('engines')['KAFKA_URL'] ?? 'missing: run npm run test:engines -- kafka';
  return `${url}/i${newId().slice(-12)}.`;
}

test('a Kafka is of the installation that was there first: another one does not start on it without a prefix of its own', async () => {
  const url = freshUrl();
  await using ours = await freshDatabase();
  await using theirs = await freshDatabase();
  await using eventLog = await openEventLog(url, { relational: ours, log });
  await expect(openEventLog(url, { relational: theirs, log })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(
      /^EVENT_LOG_URL names .* belongs to another installation, .* kafka:\/\/host:9092\/shop.* delete the topic \S+installation\.owner\.$/,
    ),
  });
  await using besides = await openEventLog(freshUrl(), { relational: theirs, log });
  await besides.ping();
  // What says whose it is holds no events.
  expect(await eventLog.topics()).toEqual([]);
});

test('of installations that come to a new Kafka at once one has it, and its processes start', async () => {
  for (let round = 0; round < 3; round += 1) {
    const url = freshUrl();
    await using one = await freshDatabase();
    await using other = await freshDatabase();
    const all = [one, one, other, other];
    const outcomes = await Promise.allSettled(
      all.map((relational) => openEventLog(url, { relational, log })),
    );
    for (const outcome of outcomes)
      if (outcome.status === 'fulfilled') await outcome.value[Symbol.asyncDispose]();
    const isOpen = outcomes.map(({ status }) => status === 'fulfilled');
    expect([
      [true, true, false, false],
      [false, false, true, true],
    ]).toContainEqual(isOpen);
    const winner = isOpen[0] ? one : other;
    await using again = await openEventLog(url, { relational: winner, log });
    await again.ping();
  }
});

test('a Kafka that a version before has marked by a name stays that installation’s', async () => {
  const url = freshUrl();
  await using ours = await freshDatabase();
  await using theirs = await freshDatabase();
  const address = parseKafkaUrl(url, 'EVENT_LOG_URL');
  const mark = `${address.prefix}installation.${await installationId(ours)}`;
  await withAdmin(await openDriver(address, log), (admin) =>
    admin.createTopics({ topics: [{ topic: mark, numPartitions: 1 }] }),
  );
  await expect(openEventLog(url, { relational: theirs, log })).rejects.toThrow(`delete the topic ${mark}.`);
  await using eventLog = await openEventLog(url, { relational: ours, log });
  await eventLog.ping();
});

test('the processes of an installation open its Kafka at once, and again', async () => {
  const url = freshUrl();
  await using relational = await freshDatabase();
  const opened = await Promise.all(Array.from({ length: 4 }, () => openEventLog(url, { relational, log })));
  for (const eventLog of opened) await eventLog[Symbol.asyncDispose]();
  await using again = await openEventLog(url, { relational, log });
  await again.ping();
});

test('a database that took the other’s place has its Kafka once the mark is deleted', async () => {
  const url = freshUrl();
  await using before = await freshDatabase();
  await using restored = await freshDatabase();
  await (await openEventLog(url, { relational: before, log }))[Symbol.asyncDispose]();
  const address = parseKafkaUrl(url, 'EVENT_LOG_URL');
  await withAdmin(await openDriver(address, log), async (admin) => {
    const marks = (await admin.listTopics()).filter((name) => name.startsWith(address.prefix));
    expect(marks).toHaveLength(1);
    await admin.deleteTopics({ topics: marks });
  });
  await using eventLog = await openEventLog(url, { relational: restored, log });
  await eventLog.ping();
});

test('names of topics that say whose a log is are declared by nobody', async () => {
  await using relational = await freshDatabase();
  await using eventLog = await openEventLog(freshUrl(), { relational, log });
  const declared = eventLog.declareTopics([{ name: 'installation.x', partitions: 1, retentionMs: 60_000 }]);
  await expect(declared).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});
