import { setTimeout as delay } from 'node:timers/promises';
import { isPassing, kafkaRefusal } from '../kafka/faults.ts';
import { patiently } from '../kafka/patience.ts';
import { type GroupSeatDeps, KafkaSeat, type Term } from './kafka-seat.ts';
import { KafkaTerm } from './kafka-term.ts';
import type { ConsumeOptions } from './port.ts';

const longestWaitMs = 5_000;
const turnedAway = new Set(['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID']);

/** Takes a seat in a group and handles its share until disposed. The link is the member's own, and closed with it. */
export async function joinKafkaGroup(deps: GroupSeatDeps, options: ConsumeOptions): Promise<AsyncDisposable> {
  const seat = new KafkaSeat(deps);
  const first = await firstTerm(seat);
  const stopping = new AbortController();
  const member = new KafkaMember({ deps, seat, options }, stopping.signal);
  const running = member.run(first);
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await running;
      // When the brokers are away the session runs out by itself.
      await seat.leave().catch((error: unknown) => options.onTrouble?.(deps.link.coded(error)));
      await deps.link[Symbol.asyncDispose]();
    },
  };
}

/** A group that shares anew turns newcomers away. */
function firstTerm(seat: KafkaSeat): Promise<Term> {
  const mayPass = (error: unknown): boolean => isPassing(error) || turnedAway.has(kafkaRefusal(error) ?? '');
  return patiently(mayPass, async () => {
    await seat.fixStart();
    return seat.join();
  });
}

interface MemberParts {
  readonly deps: GroupSeatDeps;
  readonly seat: KafkaSeat;
  readonly options: ConsumeOptions;
}

/** Goes from term to term: each ends when the group shares its partitions anew, after the handlers that still run. */
class KafkaMember {
  readonly #parts: MemberParts;
  readonly #signal: AbortSignal;

  constructor(parts: MemberParts, signal: AbortSignal) {
    this.#parts = parts;
    this.#signal = signal;
  }

  async run(first: Term): Promise<void> {
    const { deps, seat, options } = this.#parts;
    let term: Term | undefined = first;
    let failures = 0;
    while (!this.#signal.aborted) {
      try {
        term ??= await seat.join();
        failures = 0;
        await new KafkaTerm({ link: deps.link, seat, term, options }, this.#signal).run();
      } catch (error) {
        failures += 1;
        options.onTrouble?.(deps.link.coded(error, { operation: 'READ', on: 'group', name: deps.group }));
        const waitMs = Math.min(longestWaitMs, 50 * 2 ** failures) * (0.5 + Math.random() / 2);
        await delay(waitMs, undefined, { signal: this.#signal }).catch(() => undefined);
      }
      term = undefined;
    }
  }
}
