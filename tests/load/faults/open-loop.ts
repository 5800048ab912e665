import { Pool } from 'undici';
import { operations, sizes } from './contracts.ts';

/**
 * Requests at a fixed rate, whatever becomes of those before, in a process of its own. Called with the address and the rate a second; sends what became of them to
 * whoever started it, until that ends it.
 */
export interface Answered {
  /** Which of the operations. */
  readonly at: number;
  /** When it was due, of the clock that all processes share. */
  readonly dueMs: number;
  /** From then to the whole answer: what waits here waits because of what came before. */
  readonly tookMs: number;
  /** All of it, some of it with errors, or none. */
  readonly outcome: 'whole' | 'partial' | 'none';
}

const [url = '', rate = '200'] = process.argv.slice(2);
const { origin, pathname: path } = new URL(url);
const pool = new Pool(origin, { connections: 500, pipelining: 1 });
const tickMs = 2;
const tellMs = 200;
const everyMs = 1_000 / Number(rate);
const answered: Answered[] = [];
const startedMs = now();
let sent = 0;

function now(): number {
  return performance.timeOrigin + performance.now();
}

async function ask(number: number, dueMs: number): Promise<void> {
  const at = number % operations.length;
  const body = JSON.stringify({ query: operations[at]?.query, variables: { n: 1 + (number % sizes) } });
  const headers = { 'content-type': 'application/json' };
  let outcome: Answered['outcome'] = 'none';
  try {
    const answer = await pool.request({ path, method: 'POST', headers, body });
    const { data, errors } = (await answer.body.json()) as { data?: object | null; errors?: object[] };
    if (answer.statusCode === 200 && data !== null && data !== undefined)
      outcome = errors === undefined ? 'whole' : 'partial';
  } catch {
    // Neither answered nor refused: that is what is counted.
  }
  answered.push({ at, dueMs, tookMs: now() - dueMs, outcome });
}

setInterval(() => {
  const due = Math.floor((now() - startedMs) / everyMs);
  for (; sent < due; sent += 1) void ask(sent, startedMs + sent * everyMs);
}, tickMs);
setInterval(() => process.send?.(answered.splice(0)), tellMs);
process.once('disconnect', () => process.exit(0));
