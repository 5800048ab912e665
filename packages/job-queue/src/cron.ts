import { setImmediate } from 'node:timers/promises';
import { CodedError } from '@tributary/runtime';
import { Cron } from 'croner';

/**
 * When a schedule is due: five cron fields (POSIX crontab) or a nickname (`@daily`), read in an IANA time zone. Croner keeps Vixie cron's
 * rules where clocks change: fixed times (also lists and ranges of them) that do not exist that day come right after the gap, as one, those that
 * exist twice come once, and stars and steps (`*\/10`) go on evenly.
 */
export interface CronTime {
  /** The first tick after this moment, milliseconds since the epoch; undefined when there is none any more. */
  next(afterMs: number): number | undefined;
  /** The last `count` ticks at or before `atMs`, oldest first. */
  last(atMs: number, count: number): readonly number[];
}

const nickname = /^@(yearly|annually|monthly|weekly|daily|hourly)$/;

/** @throws CodedError BAD_USER_INPUT for an expression, or a time zone, that is none */
export function cronTime(cron: string, timeZone: string): CronTime {
  // Croner also takes moments and patterns with seconds, which a minute's grid of schedules does not.
  if (cron.length > 200 || !(nickname.test(cron) || cron.trim().split(/\s+/).length === 5))
    throw invalid(`"${cron.slice(0, 40)}" has not the five fields of a cron expression.`);
  // Croner takes it for the zone of the machine.
  if (timeZone === '') throw invalid('A schedule needs the name of a time zone.');
  let parsed: Cron;
  try {
    parsed = new Cron(cron, { timezone: timeZone, paused: true, fixedTimeRule: 'no-wildcard' });
    parsed.nextRun();
  } catch (cause) {
    throw invalid(
      `"${cron.slice(0, 40)}" in ${timeZone.slice(0, 40)} is no cron expression in a time zone.`,
      cause,
    );
  }
  return {
    next: (afterMs) => parsed.nextRun(new Date(afterMs))?.getTime(),
    last: (atMs, count) => {
      // Ticks lie on whole seconds, and the reference itself does not count.
      const reference = new Date((Math.floor(atMs / 1000) + 1) * 1000);
      return parsed
        .previousRuns(count, reference)
        .map((tick) => tick.getTime())
        .reverse();
    },
  };
}

function invalid(message: string, cause?: unknown): CodedError {
  return new CodedError('BAD_USER_INPUT', message, { cause, details: { argument: 'cron' } });
}

/** What happens to ticks at which nobody was there to run them. SKIP: nothing. ONCE: one run for all. CATCH_UP: a run for each, the latest 100 at most. */
export type MissedPolicy = 'SKIP' | 'ONCE' | 'CATCH_UP';

export const missedLimits = {
  /** A tick is on time up to this late: a restart, or a busy moment, misses nothing. */
  graceMs: 60_000,
  catchUp: 100,
} as const;

/** Looking back takes a millisecond a tick where days seldom fit: so many are found between which others are served. */
const together = 5;

/** The ticks of [`fromMs`, `nowMs`] that get a run, oldest first. Never looks for one before `fromMs` but the first it finds there. */
export async function ticksToRun(
  time: CronTime,
  missed: MissedPolicy,
  { fromMs, nowMs }: { readonly fromMs: number; readonly nowMs: number },
): Promise<readonly number[]> {
  const most = missed === 'CATCH_UP' ? missedLimits.catchUp : 1;
  const due: number[] = [];
  for (let beforeMs = nowMs; due.length < most; ) {
    if (due.length % together === together - 1) await setImmediate();
    const [tick] = time.last(beforeMs, 1);
    if (tick === undefined || tick < fromMs) break;
    due.push(tick);
    // Ticks lie on whole seconds.
    beforeMs = tick - 1_000;
  }
  const run = missed === 'SKIP' ? due.filter((tick) => nowMs - tick <= missedLimits.graceMs) : due;
  return run.reverse();
}
