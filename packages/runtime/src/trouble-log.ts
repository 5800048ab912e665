import { type Clock, systemClock } from './clock.ts';
import { CodedError } from './coded-error.ts';
import type { LogFields, Logger } from './log.ts';

/** While it lasts a trouble is told once in this time. */
const againMs = 60_000;
/** Trouble is over when nothing failed for so long: what is tried again rests 10 s at most in between. */
const quietMs = 15_000;

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

interface Trouble {
  readonly startedMs: number;
  toldMs: number;
  lastMs: number;
  count: number;
}

/**
 * What to call with each failure of work that is tried again and again: it tells of the first one, then once a minute with their number, and when it is over:
 * how long it lasted (`durationMs`), and how long ago the last failure was (`quietMs`), which only time can tell to have been the last.
 * Failures of different codes are troubles of their own.
 */
export function tellTrouble(options: TroubleLogOptions): (err: unknown) => void {
  const { log, clock = systemClock, level = 'warn', message, over, fields = {} } = options;
  const troubles = new Map<string, Trouble>();
  let watch: NodeJS.Timeout | undefined;
  const look = (): void => {
    const nowMs = clock.monotonicMs();
    for (const [code, { startedMs, lastMs, count }] of troubles) {
      if (nowMs - lastMs < quietMs) continue;
      troubles.delete(code);
      const durationMs = Math.round(lastMs - startedMs);
      log[level]({ ...fields, code, count, durationMs, quietMs: Math.round(nowMs - lastMs) }, over);
    }
    if (troubles.size > 0) return;
    clearInterval(watch);
    watch = undefined;
  };
  return (err) => {
    const code = codeOf(err);
    const nowMs = clock.monotonicMs();
    const trouble = troubles.get(code) ?? { startedMs: nowMs, toldMs: -Infinity, lastMs: nowMs, count: 0 };
    troubles.set(code, trouble);
    trouble.lastMs = nowMs;
    trouble.count += 1;
    if (nowMs - trouble.toldMs >= againMs) {
      trouble.toldMs = nowMs;
      log[level]({ ...fields, err, count: trouble.count }, message);
    }
    watch ??= setInterval(look, quietMs / 3).unref();
  };
}

function codeOf(err: unknown): string {
  if (err instanceof CodedError) return err.code;
  return err instanceof Error ? err.name : typeof err;
}
