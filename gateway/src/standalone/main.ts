import { faultSentence, runProcess } from '@tributary/runtime';
import { boundGarbage } from './bounded-garbage.ts';
import { readConfig, readExplain } from './config.ts';
import { explain } from './explain.ts';
import { start } from './start.ts';

try {
  const explained = readExplain();
  if (explained !== undefined) {
    process.stdout.write(`${await explain(explained)}\n`);
    process.exit(0);
  }
} catch (error) {
  process.stderr.write(`${faultSentence(error) ?? String(error)}\n`);
  process.exit(1);
}

boundGarbage();

/** The settings bound how long what runs may take to end; this is more than any of them allows. */
const drainMs = 15 * 60_000;

await runProcess({ name: 'gateway', readConfig, start, drainMs });
