import { attachEventLog } from '@tributary/engines/event-log/open';
import { newId } from '@tributary/runtime';
import { inject } from 'vitest';
import { describeLogCommands, log } from './log-commands.ts';

describeLogCommands('Kafka', async () => {
  const url = inject('engines')['KAFKA_URL'] ?? 'missing: run npm run test:engines -- kafka';
  const eventLogUrl = `${url}/l${newId().slice(-12)}.`;
  const eventLog = await attachEventLog(eventLogUrl, { log, openDatabase: noDatabase });
  return {
    eventLog,
    place: { eventLogUrl, databaseUrl: 'embedded:', dataDir: '/nowhere' },
    [Symbol.asyncDispose]: () => eventLog[Symbol.asyncDispose](),
  };
});

function noDatabase(): Promise<never> {
  return Promise.reject(new Error('A Kafka needs no database.'));
}
