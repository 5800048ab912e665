import { createLogger, newId } from '@tributary/runtime';
import { inject } from 'vitest';
import { describeEventLog } from './conformance.ts';
import { openEventLog } from './open.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const url = inject('engines')['KAFKA_URL'] ?? 'missing: run npm run test:engines -- kafka';

/** A prefix that nobody else has. */
function freshUrl(): string {
  const address = new URL(url);
  address.pathname = `/t${newId().slice(-12)}.`;
  return address.href;
}

describeEventLog('Kafka', async () => {
  const address = freshUrl();
  return {
    connect: () => openEventLog(address, { relational: undefined as never, log }),
    [Symbol.asyncDispose]: async () => undefined,
  };
});
