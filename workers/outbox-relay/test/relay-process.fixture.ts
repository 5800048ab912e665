import { openEventLog } from '@tributary/engines/event-log/open';
import { relationalOutbox } from '@tributary/engines/outbox/relational';
import { connectPostgres } from '@tributary/engines/relational/postgres';
import { createLogger, Registry, systemClock } from '@tributary/runtime';
import { relayLock, startRelay } from '../src/relay.ts';

/** A relay as a process of its own, to be killed or stopped. Its last argument is the database's URL; it sends `leading` when it is the one that works, and `waiting` while another is. */
const [url = ''] = process.argv.slice(-1);
process.once('disconnect', () => process.exit());
const logger = createLogger({ name: 'fixture', level: 'silent' });
const relational = connectPostgres(url, { log: logger, poolSize: 4, applicationName: 'relay process' });
const take = relayLock(relational);
startRelay({
  sources: [await relationalOutbox(relational)],
  log: await openEventLog('embedded:', { relational, log: logger }),
  lock: async () => {
    const lock = await take();
    process.send?.(lock === undefined ? 'waiting' : 'leading');
    return lock;
  },
  logger,
  metrics: new Registry(),
  clock: systemClock,
});
