import { type Clock, systemClock } from './clock.ts';
import { CodedError } from './coded-error.ts';
import type { LogFields, Logger } from './log.ts';

/** While it lasts a trouble is told once in this time. */
const againMs = 60_000;
/** Trouble is over when nothing failed for so long: what is tried again rests 10 s at most in between, and a try may take 20 s itself (a Kafka that starts is waited for). */
const quietMs = 35_000;
const lookEveryMs = 5_000;

export interface TroubleLogOptions {
  readonly log: Logger;
  /** The system's when absent. */
  readonly clock?: Clock;
  readonly level?: 'warn' | 'error';
  /** Told when trouble starts, and while it lasts. */
  readonly message: string;
  /** Told when it is over. */
  readonly over: string;
  readonly fields?: LogFields;
}

/** How often a kind of failure came. */
interface Trouble {
  toldMs: number;
  lastMs: number;
  count: number;
}

/**
 * What to call with each failure of work that is tried again and again: it tells of the first one, then once a minute with their number, and when it is over:
 * how long it lasted (`durationMs`), and how long ago the last failure was (`quietMs`), which only time can tell to have been the last.
 * A failure of another code is told at once. That one code comes no more is not the end while others do: it is over when nothing fails, and that is told once, of all together.
 */
export function tellTrouble(options: TroubleLogOptions): (err: unknown) => void {
  const { log, clock = systemClock, level = 'warn', message, over, fields = {} } = options;
  const troubles = new Map<string, Trouble>();
  let watch: NodeJS.Timeout | undefined;
  let startedMs = 0;
  const look = (): void => {
    const nowMs = clock.monotonicMs();
    const all = [...troubles].sort(([, one], [, other]) => one.lastMs - other.lastMs);
    const [code, last] = all.at(-1) ?? [];
    if (last === undefined || nowMs - last.lastMs < quietMs) return;
    clearInterval(watch);
    watch = undefined;
    troubles.clear();
    const count = all.reduce((sum, [, each]) => sum + each.count, 0);
    const durationMs = Math.round(last.lastMs - startedMs);
    log[level]({ ...fields, code, count, durationMs, quietMs: Math.round(nowMs - last.lastMs) }, over);
  };
  return (err) => {
    const code = codeOf(err);
    const nowMs = clock.monotonicMs();
    if (troubles.size === 0) startedMs = nowMs;
    const trouble = troubles.get(code) ?? { toldMs: -Infinity, lastMs: nowMs, count: 0 };
    troubles.set(code, trouble);
    trouble.lastMs = nowMs;
    trouble.count += 1;
    if (nowMs - trouble.toldMs >= againMs) {
      trouble.toldMs = nowMs;
      log[level]({ ...fields, err, count: trouble.count }, message);
    }
    watch ??= setInterval(look, lookEveryMs).unref();
  };
}

function codeOf(err: unknown): string {
  if (err instanceof CodedError) return err.code;
  return err instanceof Error ? err.name : typeof err;
}
