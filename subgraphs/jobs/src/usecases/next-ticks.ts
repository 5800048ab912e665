import { cronTime } from '@tributary/job-queue';
import { CodedError } from '@tributary/runtime';

export interface Ticking {
  readonly cron: string;
  readonly timeZone: string;
  readonly enabled: boolean;
  /** The first of them, RFC 3339. */
  readonly nextAt: string | null;
}

const most = 10;

/** The moments a schedule will tick next, RFC 3339; none while it is not enabled. @throws CodedError BAD_USER_INPUT beyond 1 to 10 */
export function nextTicks({ cron, timeZone, enabled, nextAt }: Ticking, first?: number | null): string[] {
  const count = first ?? 3;
  if (count < 1 || count > most)
    throw new CodedError('BAD_USER_INPUT', `\`first\` is 1 to ${most}.`, { details: { argument: 'first' } });
  if (!enabled || nextAt === null) return [];
  const time = cronTime(cron, timeZone);
  const ticks = [Date.parse(nextAt)];
  while (ticks.length < count) {
    const tick = time.next(ticks.at(-1) ?? 0);
    if (tick === undefined) break;
    ticks.push(tick);
  }
  return ticks.map((tick) => new Date(tick).toISOString());
}
