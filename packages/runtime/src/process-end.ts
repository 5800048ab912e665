import { write } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessLog } from './log.ts';

const sayMs = 500;
const stuck = 'Nobody reads what this process writes, so it ends by SIGKILL.\n';

/**
 * Ends the process when its log is written. Where whoever reads it stands still, a thread waits in a write that nothing ends but the end of
 * the process, and `process.exit` would wait for that thread: such a process kills itself.
 */
export async function endProcess(log: ProcessLog, code: number, limitMs?: number): Promise<never> {
  if (await log.written(limitMs)) process.exit(code);
  await sayWithin(stuck);
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
}

/** Says why a process ends, after all that was logged on the way there: on a terminal both come to one place, and the last line is read first. */
export async function sayLast(log: ProcessLog, sentence: string): Promise<void> {
  const text = process.stderr.isTTY ? `\n${sentence}\n\n` : `${sentence}\n`;
  if (await log.written()) process.stderr.write(text);
  else await sayWithin(text);
}

/** Both outputs may go to the one who stands still, and a write of Node's own would wait there for ever. */
async function sayWithin(text: string): Promise<void> {
  const said = new Promise<void>((resolve) => {
    write(2, text, () => resolve());
  });
  await Promise.race([said, delay(sayMs)]);
}
