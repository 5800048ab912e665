import type { KafkaLink } from '../kafka/link.ts';
import { fetchPlaces, keyOf, type Place, type PlaceRead } from './kafka-places.ts';

interface Outcome {
  readonly nodeId: string;
  readonly reads?: readonly PlaceRead[];
  readonly error?: unknown;
}

interface UnderWay {
  readonly keys: ReadonlySet<string>;
  readonly outcome: Promise<Outcome>;
}

/** Waits at several brokers at once, with one question each under way: a broker with nothing to tell holds up none of the others. */
export class PlaceFetcher {
  readonly #link: KafkaLink;
  readonly #underWay = new Map<string, UnderWay>();

  constructor(link: KafkaLink) {
    this.#link = link;
  }

  /** What the first broker to answer has for the places; may be nothing. @throws what the driver says */
  async next(places: readonly Place[], waitMs: number): Promise<readonly PlaceRead[]> {
    const asked = new Set([...this.#underWay.values()].flatMap(({ keys }) => [...keys]));
    const byNode = new Map<string, Place[]>();
    for (const place of places) {
      if (asked.has(keyOf(place.stored, place.partition))) continue;
      const nodeId = await this.#link.leaderOf(place.stored, place.partition);
      byNode.set(nodeId, [...(byNode.get(nodeId) ?? []), place]);
    }
    for (const [nodeId, some] of byNode) if (!this.#underWay.has(nodeId)) this.#ask(nodeId, some, waitMs);
    if (this.#underWay.size === 0) return [];
    const { nodeId, reads, error } = await Promise.race(
      [...this.#underWay.values()].map(({ outcome }) => outcome),
    );
    this.#underWay.delete(nodeId);
    if (reads === undefined) throw error;
    // A place that was moved meanwhile asks again.
    return reads.filter(({ place, from }) => place.offset === from);
  }

  #ask(nodeId: string, places: readonly Place[], waitMs: number): void {
    const outcome = fetchPlaces(this.#link, nodeId, { places, waitMs }).then(
      (reads) => ({ nodeId, reads }),
      (error: unknown) => ({ nodeId, error }),
    );
    const keys = new Set(places.map(({ stored, partition }) => keyOf(stored, partition)));
    this.#underWay.set(nodeId, { keys, outcome });
  }
}
