import { describe, expect, test, vi } from 'vitest';
import { eventOf, freshTopic, type LogUnderTest, numberedEvents } from './conformance-events.ts';
import type { EventLog, LogEvent, LogRecord } from './port.ts';

const within = { timeout: 30_000, interval: 50 };

/** A handler that holds what it was handed, and returns as if nothing were when it is let go; from then on at once. */
class HeldHandler {
  readonly handed: LogEvent[] = [];
  readonly #letting = new AbortController();

  readonly onRecords = async (records: readonly LogRecord[]): Promise<void> => {
    this.handed.push(...records.map(({ event }) => event));
    const { signal } = this.#letting;
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  };

  letGo(): void {
    this.#letting.abort();
  }

  [Symbol.dispose](): void {
    this.letGo();
  }
}

interface TakenOver {
  readonly log: EventLog;
  readonly topic: string;
  readonly group: string;
  readonly events: readonly LogEvent[];
  readonly slow: HeldHandler;
  readonly slowMember: AsyncDisposable;
  readonly next: HeldHandler;
  readonly nextMember: AsyncDisposable;
}

/** A partition that was taken from a member whose handler has it still, and given to the next one, whose handler has it too. */
async function takenOver(
  open: () => Promise<LogUnderTest>,
  work: (it: TakenOver) => Promise<void>,
): Promise<void> {
  await using system = await open();
  await using log = await system.connect();
  await using other = await system.connect();
  const topic = await freshTopic(log, 1);
  const group = `${topic}.g`;
  const options = { group, topics: [topic] };
  using slow = new HeldHandler();
  await using slowMember = await log.consume({ ...options, onRecords: slow.onRecords });
  // Let go before its member is disposed of, which waits for it.
  using _slow = slow;
  const events = numberedEvents(5, 1);
  await log.append(topic, events);
  await vi.waitFor(() => expect(slow.handed).toEqual(events), within);
  const [seat = 'none'] = await system.seats(group);
  await system.unseat(group, seat);
  using next = new HeldHandler();
  await using nextMember = await other.consume({ ...options, onRecords: next.onRecords });
  using _next = next;
  await vi.waitFor(async () => {
    // Who is heard from again in time keeps what nobody has taken meanwhile.
    if (next.handed.length === 0) await system.unseat(group, seat);
    expect(next.handed).toEqual(events);
  }, within);
  await work({ log, topic, group, events, slow, slowMember, next, nextMember });
}

async function nextOffsetOf(log: EventLog, group: string): Promise<number | undefined> {
  const state = (await log.groups()).find((each) => each.group === group);
  return state?.places[0]?.nextOffset;
}

export function describeFencing(name: string, open: () => Promise<LogUnderTest>): void {
  describe(`${name}: fenced commits`, () => {
    test('a member that lost its partition while it worked, and then returns, commits nothing: only who has it now does', async () => {
      await takenOver(open, async ({ log, group, events, slow, slowMember, next }) => {
        slow.letGo();
        // Leaving is after all that it would commit.
        await slowMember[Symbol.asyncDispose]();
        expect(await nextOffsetOf(log, group)).toBe(0);
        next.letGo();
        await vi.waitFor(async () => expect(await nextOffsetOf(log, group)).toBe(5), within);
        expect([slow.handed, next.handed]).toEqual([events, events]);
      });
    });

    test('a member that returns late takes nothing back from who handled more meanwhile', async () => {
      await takenOver(open, async ({ log, topic, group, events, slow, slowMember, next }) => {
        next.letGo();
        const later = [eventOf('Thing/0', { n: 5 }), eventOf('Thing/0', { n: 6 })];
        await log.append(topic, later);
        await vi.waitFor(async () => expect(await nextOffsetOf(log, group)).toBe(7), within);
        slow.letGo();
        await slowMember[Symbol.asyncDispose]();
        expect(await nextOffsetOf(log, group)).toBe(7);
        expect(next.handed).toEqual([...events, ...later]);
      });
    });

    test('a member that lost its partition is one again: it takes over when the other leaves', async () => {
      await takenOver(open, async ({ log, topic, events, slow, next, nextMember }) => {
        slow.letGo();
        next.letGo();
        await nextMember[Symbol.asyncDispose]();
        const later = eventOf('Thing/0', { n: 5 });
        await log.append(topic, [later]);
        await vi.waitFor(() => expect(slow.handed.at(-1)).toEqual(later), within);
        // What the other one left before it had committed it comes again.
        const again = new Set(slow.handed.map(({ id }) => id));
        expect([...again]).toEqual([...events, later].map(({ id }) => id));
      });
    });
  });
}
