import { openEventLog } from '@tributary/engines/event-log/open';
import { newId } from '@tributary/runtime';
import { eventually, freshDatabase } from '@tributary/test-kit';
import { expect, inject, test } from 'vitest';
import { change, describeLogCommands, log, productOn, topic } from './log-commands.ts';

/** A product on topics that nobody else has. */
async function kafkaLog() {
  const url = inject('engines')['KAFKA_URL'] ?? 'missing: run npm run test:engines -- kafka';
  const eventLogUrl = `${url}/l${newId().slice(-12)}.`;
  const relational = await freshDatabase();
  const eventLog = await openEventLog(eventLogUrl, { relational, log });
  return {
    eventLog,
    place: { eventLogUrl, databaseUrl: relational.url, dataDir: '/nowhere' },
    [Symbol.asyncDispose]: async () => {
      await eventLog[Symbol.asyncDispose]();
      await relational[Symbol.asyncDispose]();
    },
  };
}

describeLogCommands('Kafka', kafkaLog);

test('who has the settings of another installation looks at its log, and writes nothing to it', async () => {
  await using other = await freshDatabase();
  const opened = await kafkaLog();
  const place = { ...opened.place, databaseUrl: other.url };
  await using system = await productOn({ ...opened, place });
  await system.eventLog.append(topic, [change('a', 1)]);
  await eventually(() => expect(system.handled).toHaveLength(1));
  expect(await system.run(`tail ${topic} --from earliest --to latest`)).toHaveLength(1);
  const replay = `replay ${topic} --from earliest --group test-group`;
  expect(await system.run(`replay ${topic} --from earliest --dry-run`)).toHaveLength(2);
  for (const line of [replay, 'dead-letters redrive --all'])
    await expect(system.run(line)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/^EVENT_LOG_URL names .* belongs to another installation/),
    });
  expect(await system.eventLog.end('log.redelivery')).toEqual([0, 0, 0, 0]);
});

test('a command claims no Kafka that is nobody’s yet: the product that comes then has it', async () => {
  await using before = await freshDatabase();
  const opened = await kafkaLog();
  const eventLogUrl = opened.place.eventLogUrl.replace(/[^/]+$/, (prefix) => `n${prefix}`);
  await using system = await productOn({
    ...opened,
    place: { ...opened.place, eventLogUrl, databaseUrl: before.url },
  });
  await expect(system.run(`replay ${topic} --from earliest --group test-group`)).rejects.toThrow(
    'There is no group',
  );
  await using after = await freshDatabase();
  await using eventLog = await openEventLog(eventLogUrl, { relational: after, log });
  await eventLog.ping();
});
