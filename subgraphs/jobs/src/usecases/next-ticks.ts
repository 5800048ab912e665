import { setImmediate } from 'node:timers/promises';
import { cronTime } from '@tributary/job-queue';
import { CodedError, Turns } from '@tributary/runtime';

export interface Ticking {
  readonly workspaceId: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly enabled: boolean;
  /** The first of them, RFC 3339. */
  readonly nextAt: string | null;
}

const most = 10;
/** Schedules whose ticks are remembered: each is 10 numbers. */
const mostKnown = 5_000;

/**
 * The next ticks of schedules. An expression that fits a day in 28 years takes a millisecond a tick, and one that fits none any more ten: they are reckoned one
 * tick at a time, two schedules at once and one of a workspace, and remembered, since they follow from the expression and the first of them alone.
 */
export class NextTicks {
  readonly #known = new Map<string, readonly number[]>();
  /** By workspace as well: whoever asks waits in their own line, not in that of somebody who asked for the same before and has much else in it. */
  readonly #asked = new Map<string, Promise<readonly number[]>>();
  readonly #turns = new Turns({ tooMany: 'Too many schedules', atOnce: 2, each: 1, waiting: 2_000 });

  /** The first ticks of a schedule, RFC 3339; none while it is not enabled. @throws CodedError BAD_USER_INPUT beyond 1 to 10, OVERLOADED */
  async of(
    { workspaceId, cron, timeZone, enabled, nextAt }: Ticking,
    first?: number | null,
  ): Promise<string[]> {
    const count = first ?? 3;
    if (count < 1 || count > most)
      throw new CodedError('BAD_USER_INPUT', `\`first\` is 1 to ${most}.`, {
        details: { argument: 'first' },
      });
    if (!enabled || nextAt === null) return [];
    const key = JSON.stringify([cron, timeZone, nextAt]);
    const reckon = () => ticksFrom(Date.parse(nextAt), { cron, timeZone });
    const ticks = this.#known.get(key) ?? (await this.#inTurn(workspaceId, key, reckon));
    return ticks.slice(0, count).map((tick) => new Date(tick).toISOString());
  }

  #inTurn(who: string, key: string, reckon: () => Promise<readonly number[]>): Promise<readonly number[]> {
    const own = `${who} ${key}`;
    const known = this.#asked.get(own);
    if (known !== undefined) return known;
    // Another workspace may have had the same reckoned meanwhile.
    const work = async () => this.#known.get(key) ?? this.#remember(key, await reckon());
    const asked = this.#turns.run({ who }, work).finally(() => this.#asked.delete(own));
    this.#asked.set(own, asked);
    return asked;
  }

  #remember(key: string, ticks: readonly number[]): readonly number[] {
    this.#known.set(key, ticks);
    const [oldest] = this.#known.size > mostKnown ? this.#known.keys() : [];
    if (oldest !== undefined) this.#known.delete(oldest);
    return ticks;
  }
}

async function ticksFrom(
  firstMs: number,
  { cron, timeZone }: Pick<Ticking, 'cron' | 'timeZone'>,
): Promise<readonly number[]> {
  const time = cronTime(cron, timeZone);
  const ticks = [firstMs];
  while (ticks.length < most) {
    await setImmediate();
    const tick = time.next(ticks.at(-1) ?? firstMs);
    if (tick === undefined) break;
    ticks.push(tick);
  }
  return ticks;
}
