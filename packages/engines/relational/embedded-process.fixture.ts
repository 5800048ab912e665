import { createLogger } from '@tributary/runtime';
import { openRelational } from './open.ts';

/** A process that opens the embedded server of a folder and stays: tests kill it. Says `{ url, startedAt }` or `{ code, message }` in one line. */
const [dataDir = ''] = process.argv.slice(-1);
const log = createLogger({ name: 'fixture', level: 'silent' });
try {
  const relational = await openRelational('embedded:', { dataDir, log });
  const { rows } = await relational.query<{ at: string }>('SELECT pg_postmaster_start_time()::text AS at');
  // Before it speaks: who hears it may stop it at once.
  process.on('SIGTERM', () => void relational[Symbol.asyncDispose]().then(() => process.exit(0)));
  process.stdout.write(`${JSON.stringify({ url: relational.url, startedAt: rows[0]?.at })}\n`);
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  process.stdout.write(`${JSON.stringify({ code, message })}\n`);
  process.exit(1);
}
