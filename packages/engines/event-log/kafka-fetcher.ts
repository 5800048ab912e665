import { setTimeout as delay } from 'node:timers/promises';
import { isLeaderless, isOfOtherCompression, isTimedOut, isUndeclared } from '../kafka/faults.ts';
import type { KafkaLink } from '../kafka/link.ts';
import { fetchPlaces, keyOf, type Place, type PlaceRead } from './kafka-places.ts';

/** A place that cannot be read is asked for again after so long: its records may have been deleted. */
const restMs = 10_000;
/** A partition without a leader gets one in a moment, or when a broker is back. */
const leaderlessRestMs = 1_000;
/** Of what an answer may bring: the least that is asked for. One batch comes whatever its size. */
const leastShare = 1 / 128;

interface Outcome {
  readonly nodeId: string;
  readonly reads?: readonly PlaceRead[];
  readonly error?: unknown;
  readonly tookMs: number;
}

interface UnderWay {
  readonly keys: readonly string[];
  readonly outcome: Promise<Outcome>;
}

/** Waits at several brokers at once, with one question each under way: a broker with nothing to tell holds up none of the others. */
export class PlaceFetcher {
  readonly #link: KafkaLink;
  readonly #underWay = new Map<string, UnderWay>();
  /** How much is asked of a broker at once: half as much after an answer that took too long. */
  readonly #shares = new Map<string, number>();
  /** One of them cannot be read, and an answer is read whole or not at all: asked for alone until that one is known. When that is, on the clock of `performance`. */
  readonly #apart = new Map<string, number>();
  /** Topics that are not there, by their full names, and places without a leader: asked for again when that is. */
  readonly #gone = new Map<string, number>();
  /** Why they rest, as long as the caller does not know. */
  #untold: unknown[] = [];
  #hasTold = false;

  constructor(link: KafkaLink) {
    this.#link = link;
  }

  /** No place is left out because it could not be read. */
  get readsAll(): boolean {
    return this.#apart.size === 0 && this.#gone.size === 0;
  }

  /** What the first broker to answer has for the places; may be nothing. @throws what the driver says, CodedError CONFIG_INVALID for a place that cannot be read; the others go on */
  async next(places: readonly Place[], waitMs: number): Promise<readonly PlaceRead[]> {
    // One that is left out, since its topic was made anew with fewer, is not missed.
    const wanted = new Set(places.flatMap((place) => [place.stored, keyFor(place)]));
    for (const key of this.#gone.keys()) if (!wanted.has(key)) this.#gone.delete(key);
    const asked = new Set([...this.#underWay.values()].flatMap(({ keys }) => keys));
    const byNode = new Map<string, Place[]>();
    for (const place of places) {
      if (asked.has(keyFor(place)) || this.#rests(place)) continue;
      const nodeId = await this.#leaderOf(place);
      if (nodeId === undefined) continue;
      byNode.set(nodeId, [...(byNode.get(nodeId) ?? []), place]);
    }
    for (const [nodeId, some] of byNode) if (!this.#underWay.has(nodeId)) this.#ask(nodeId, some, waitMs);
    // One fault at a time, and what the others have to tell in between: several topics may be gone at once.
    const fault = this.#hasTold ? undefined : this.#untold.shift();
    this.#hasTold = fault !== undefined;
    if (fault !== undefined) throw fault;
    if (this.#underWay.size === 0) {
      if (places.length > 0) await delay(waitMs);
      return [];
    }
    const { nodeId, reads, error, tookMs } = await Promise.race(
      [...this.#underWay.values()].map(({ outcome }) => outcome),
    );
    const { keys = [] } = this.#underWay.get(nodeId) ?? {};
    this.#underWay.delete(nodeId);
    this.#learn(nodeId, { error, tookMs });
    if (reads === undefined) return this.#failed(keys, error);
    for (const key of keys) this.#apart.delete(key);
    // A place that was moved meanwhile asks again.
    return reads.filter(({ place, from }) => place.offset === from);
  }

  /** Undefined for one whose topic is gone, all of which rests, or that has no leader: the others are asked for before anybody is told. */
  async #leaderOf(place: Place): Promise<string | undefined> {
    const { stored, partition } = place;
    try {
      const nodeId = await this.#link.leaderOf(stored, partition);
      this.#gone.delete(stored);
      this.#gone.delete(keyFor(place));
      return nodeId;
    } catch (error) {
      if (isLeaderless(error)) {
        this.#gone.set(keyFor(place), performance.now() + leaderlessRestMs);
        // A broker that is away leaves many without one: that is told once at a time.
        if (!this.#untold.some(isLeaderless)) this.#untold.push(error);
      } else if (isUndeclared(error)) {
        this.#gone.set(stored, performance.now() + restMs);
        this.#untold.push(error);
      } else throw error;
      return undefined;
    }
  }

  #rests(place: Place): boolean {
    const key = keyFor(place);
    const untilMs = Math.max(
      this.#apart.get(key) ?? 0,
      this.#gone.get(key) ?? 0,
      this.#gone.get(place.stored) ?? 0,
    );
    return untilMs > performance.now();
  }

  /** The same question again would take as long again. More is asked once an answer took a quarter of the time that it may. */
  #learn(nodeId: string, { error, tookMs }: { readonly error: unknown; readonly tookMs: number }): void {
    const share = this.#shares.get(nodeId) ?? 1;
    if (isTimedOut(error)) this.#shares.set(nodeId, Math.max(leastShare, share / 2));
    else if (error === undefined && tookMs < this.#link.address.timeoutMs / 4)
      this.#shares.set(nodeId, Math.min(1, share * 2));
  }

  #failed(keys: readonly string[], error: unknown): readonly PlaceRead[] {
    if (!isOfOtherCompression(error)) throw error;
    const isFound = keys.length === 1;
    for (const key of keys) this.#apart.set(key, isFound ? performance.now() + restMs : 0);
    if (isFound) throw error;
    return [];
  }

  #ask(nodeId: string, places: readonly Place[], waitMs: number): void {
    const alone = places.find((place) => this.#apart.has(keyFor(place)));
    const some = alone === undefined ? places : [alone];
    const askedMs = performance.now();
    const outcome = fetchPlaces(this.#link, nodeId, {
      places: some,
      waitMs: alone === undefined ? waitMs : 0,
      share: this.#shares.get(nodeId) ?? 1,
    }).then(
      (reads) => ({ nodeId, reads, tookMs: performance.now() - askedMs }),
      (error: unknown) => ({ nodeId, error, tookMs: performance.now() - askedMs }),
    );
    this.#underWay.set(nodeId, { keys: some.map(keyFor), outcome });
  }
}

function keyFor({ stored, partition }: Place): string {
  return keyOf(stored, partition);
}
