import { createLogger, systemClock } from '@tributary/runtime';
import { openEventLog } from '../event-log/open.ts';
import { connectPostgres } from '../relational/postgres.ts';
import { ledgerPipeline, ledgerSink } from './ledger.fixture.ts';
import { openStreamEngine } from './open.ts';

/** A process that computes until it is killed. Its last argument is the database's URL; it sends `ready`. */
const [url = ''] = process.argv.slice(-1);
const log = createLogger({ name: 'fixture', level: 'silent' });
const relational = connectPostgres(url, { log, poolSize: 4, applicationName: 'killed' });
const eventLog = await openEventLog('embedded:', { relational, log });
const engine = await openStreamEngine('embedded:', {
  relational,
  eventLog,
  eventLogUrl: 'embedded:',
  clock: systemClock,
  log,
});
await engine.run([ledgerPipeline], ledgerSink);
process.send?.('ready');
