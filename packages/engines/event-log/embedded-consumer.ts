import type { Claim, GroupSeat, GroupView } from './embedded-group.ts';
import {
  Follower,
  isBeyondEnd,
  neverReached,
  type PlaceRead,
  type ReadFrom,
  type RecordStore,
} from './embedded-records.ts';
import { restOf } from './embedded-rests.ts';
import type { Topic } from './embedded-topics.ts';
import type { Alarm, Wake } from './embedded-wake.ts';
import { assigneeOf } from './group-assignment.ts';
import type { ConsumeOptions } from './port.ts';
import { trimmedUnread } from './unread-records.ts';

/** A member that says nothing for this long has lost its partitions. */
const leaseMs = 8_000;
const renewEveryMs = 2_000;
const defaultRecordsAtOnce = 500;
const longestPauseMs = 10_000;
/** Unless the group says otherwise, a partition rests for as long as its batch took, and no longer than this. */
const defaultRests = { longestRestMs: 250, restFactor: 1 };

export interface ConsumerDeps {
  readonly store: RecordStore;
  readonly seat: GroupSeat;
  readonly memberId: string;
  readonly topics: readonly Topic[];
  readonly records: Alarm;
  readonly members: Alarm;
  /** Tells other members that somebody came, left or let go. */
  readonly membersWake: Wake;
}

/** A claimed partition and what this process does with it. */
interface Held {
  claim: Claim;
  topic: Topic;
  nextOffset: number;
  handling: Promise<void> | undefined;
  /** To be given to another member after the running handler. */
  leaving: boolean;
  failures: number;
  /** After a failure. */
  pausedUntilMs: number;
  /** Until more has come, or enough. */
  restsUntilMs: number;
}

/** One member of a consumer group: renews its lease, keeps its fair share of partitions, and handles them side by side. */
export class GroupConsumer implements AsyncDisposable {
  readonly #deps: ConsumerDeps;
  readonly #options: ConsumeOptions;
  readonly #follower: Follower;
  readonly #held = new Map<string, Held>();
  /** Also those of partitions that were lost meanwhile: leaving waits for them. */
  readonly #handlers = new Set<Promise<void>>();
  #stopping = false;
  #loops: readonly Promise<void>[] = [];

  private constructor(deps: ConsumerDeps, options: ConsumeOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#follower = new Follower(deps.store);
  }

  /** Resolves when the group's positions are fixed and this member has taken its seat. */
  static async join(deps: ConsumerDeps, options: ConsumeOptions): Promise<GroupConsumer> {
    const consumer = new GroupConsumer(deps, options);
    await deps.seat.fixStart();
    await consumer.#balance();
    deps.membersWake.signal();
    consumer.#loops = [consumer.#keepSeat(), consumer.#fetch()];
    return consumer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#deps.records[Symbol.dispose]();
    this.#deps.members[Symbol.dispose]();
    await Promise.all(this.#loops);
    await Promise.all(this.#handlers);
    // When the server is away the lease runs out by itself.
    await this.#deps.seat.leave().catch((error: unknown) => this.#options.onTrouble?.(error));
    this.#deps.membersWake.signal();
  }

  async #keepSeat(): Promise<void> {
    while (!this.#stopping) {
      await this.#deps.members.sleep(renewEveryMs);
      if (this.#stopping) return;
      this.#deps.members.set();
      await this.#balance().catch((error: unknown) => this.#options.onTrouble?.(error));
    }
  }

  async #balance(): Promise<void> {
    const view = await this.#deps.seat.renew(leaseMs);
    this.#dropLost(view);
    const mine = view.partitions.filter((at) => assigneeOf(at, view.members) === this.#deps.memberId);
    const wanted = new Set(mine.map(keyOf));
    for (const [key, held] of this.#held) {
      held.leaving = !wanted.has(key);
      if (held.leaving && held.handling === undefined) await this.#letGo(key, held);
    }
    const missing = mine.filter((at) => !this.#held.has(keyOf(at)));
    if (missing.length === 0) return;
    for (const claim of await this.#deps.seat.claim(missing)) this.#hold(claim);
    this.#deps.records.ring();
  }

  #hold(claim: Claim): void {
    const topic = this.#deps.topics.find(({ id }) => id === claim.topicId);
    if (topic === undefined) return;
    const { nextOffset } = claim;
    this.#held.set(keyOf(claim), {
      claim,
      topic,
      nextOffset,
      handling: undefined,
      leaving: false,
      failures: 0,
      pausedUntilMs: 0,
      restsUntilMs: 0,
    });
  }

  #dropLost(view: GroupView): void {
    for (const at of view.partitions) {
      const held = this.#held.get(keyOf(at));
      if (held !== undefined && (at.owner !== this.#deps.memberId || at.epoch !== held.claim.epoch))
        this.#held.delete(keyOf(at));
    }
  }

  async #letGo(key: string, held: Held): Promise<void> {
    if (this.#held.get(key) === held) this.#held.delete(key);
    await this.#deps.seat.release(held.claim);
    this.#deps.membersWake.signal();
  }

  async #fetch(): Promise<void> {
    while (!this.#stopping) {
      this.#deps.records.set();
      const now = performance.now();
      const idle = [...this.#held.values()].filter((held) => held.handling === undefined && !held.leaving);
      const isEnough = this.#deps.store.recent.isHalfFull(idle.map((held) => this.#placeOf(held)));
      const waitsUntilMs = ({ pausedUntilMs, restsUntilMs }: Held): number =>
        isEnough ? pausedUntilMs : Math.max(pausedUntilMs, restsUntilMs);
      const ready = idle.filter((held) => waitsUntilMs(held) <= now);
      const started = await this.#start(ready).catch((error: unknown) => {
        this.#options.onTrouble?.(error);
        return 0;
      });
      if (started > 0) continue;
      const wakeMs = Math.min(
        500,
        ...idle.filter((held) => !ready.includes(held)).map((held) => waitsUntilMs(held) - now),
      );
      await this.#deps.records.sleep(Math.max(1, wakeMs));
    }
  }

  async #start(ready: readonly Held[]): Promise<number> {
    if (ready.length === 0) return 0;
    const places = ready.map((held) => this.#placeOf(held));
    const reads = await this.#follower.read(places, this.#recordsAtOnce);
    let started = 0;
    for (const read of reads) {
      const held = ready[places.indexOf(read.from)];
      if (held !== undefined && isBeyondEnd(read)) await this.#goBack(held, read);
      if (held === undefined || read.records.length === 0 || this.#stopping || held.leaving) continue;
      started += 1;
      const handling = this.#handle(held, read).finally(() => {
        this.#handlers.delete(handling);
        held.handling = undefined;
        this.#deps.records.ring();
        if (held.leaving) this.#deps.members.ring();
      });
      held.handling = handling;
      this.#handlers.add(handling);
    }
    return started;
  }

  #placeOf({ topic, claim, nextOffset }: Held): ReadFrom {
    return { topic, partition: claim.partition, fromOffset: nextOffset };
  }

  get #recordsAtOnce(): number {
    return this.#options.recordsAtOnce ?? defaultRecordsAtOnce;
  }

  #lost(held: Held): void {
    const key = keyOf(held.claim);
    if (this.#held.get(key) === held) this.#held.delete(key);
    this.#deps.members.ring();
  }

  /** To the oldest record there is: nobody knows which of them were handled. */
  async #goBack(held: Held, { from, firstOffset }: PlaceRead): Promise<void> {
    this.#deps.store.recent.forget();
    this.#options.onTrouble?.(neverReached(from));
    if (await this.#deps.seat.commit(held.claim, firstOffset)) held.nextOffset = firstOffset;
    else this.#lost(held);
  }

  async #handle(held: Held, { from, records, firstOffset, hasMore }: PlaceRead): Promise<void> {
    const last = records.at(-1);
    if (last === undefined) return;
    const startedAtMs = performance.now();
    try {
      if (from.fromOffset < firstOffset) {
        const place = { topic: from.topic.name, partition: from.partition };
        this.#options.onTrouble?.(trimmedUnread({ ...place, from: from.fromOffset, to: firstOffset }));
      }
      await this.#options.onRecords(records);
      if (await this.#deps.seat.commit(held.claim, last.offset + 1)) {
        held.nextOffset = last.offset + 1;
        held.failures = 0;
        const endedAtMs = performance.now();
        if (!hasMore)
          held.restsUntilMs =
            endedAtMs + restOf(endedAtMs - startedAtMs, { ...defaultRests, ...this.#options });
        return;
      }
      // Somebody else has the partition by now and will handle these again: at least once.
      this.#lost(held);
    } catch (error) {
      held.failures += 1;
      held.pausedUntilMs =
        performance.now() + Math.min(longestPauseMs, 25 * 2 ** held.failures) * (0.5 + Math.random() / 2);
      this.#options.onTrouble?.(error);
    }
  }
}

function keyOf(at: { topicId: number; partition: number }): string {
  return `${at.topicId}/${at.partition}`;
}
