import type { Logger } from '@tributary/runtime';
import { AssignerProtocol, type TopicOffsets } from 'kafkajs';
import { isUndeclared, kafkaRefusal } from '../kafka/faults.ts';
import type { KafkaLink } from '../kafka/link.ts';
import { keyOf, madeAnew, type Place } from './kafka-places.ts';
import { type Subscriber, sharesOf, subscribersIn, subscriptionOf } from './kafka-shares.ts';
import {
  begunIn,
  type Standing,
  standingIn,
  stored as storedStanding,
  type TopicStandings,
} from './kafka-standing.ts';
import { topicIds } from './kafka-topic-ids.ts';
import { isOther } from './other-topic.ts';
import type { ConsumeOptions } from './port.ts';

/** A member that says nothing for this long has lost its partitions. */
const sessionMs = 10_000;
/** How long a group that shares anew waits for members whose handlers still run. */
const rebalanceMs = 60_000;
const protocol = 'tributary-round-robin';

export interface SeatTopic {
  readonly topic: string;
  readonly stored: string;
}

export interface GroupSeatDeps {
  readonly link: KafkaLink;
  readonly log: Logger;
  readonly group: string;
  readonly topics: readonly SeatTopic[];
  /** Told of a topic that is not there when partitions are shared: it is left out until they are shared anew. */
  readonly onTrouble?: ConsumeOptions['onTrouble'];
}

/** One term of a group: who is what in it. Everything said later names it, and is refused when the term is over: that is the fence. */
export interface Term {
  readonly generationId: number;
  readonly memberId: string;
  readonly places: readonly Place[];
  /** Topics that are not there, by their full names. */
  readonly missing: readonly string[];
  /** Partitions of those that are. */
  readonly counts: ReadonlyMap<string, number>;
  /** As a standing says it. */
  readonly begun: readonly string[];
}

export type SeatState = 'kept' | 'sharing-anew' | 'lost';

/** A member's talk with the broker that coordinates its group (the classic protocol of consumer groups). */
export class KafkaSeat {
  readonly #deps: GroupSeatDeps;
  #memberId = '';
  /** Where partitions without a position begin, for as long as nobody could store that. */
  readonly #starts = new Map<string, Standing>();
  /** Of the terms before: Kafka forgets where a group stood in a topic that is deleted. */
  readonly #topicIds = new Map<string, string | undefined>();

  constructor(deps: GroupSeatDeps) {
    this.#deps = deps;
  }

  /**
   * Gives a group that has no position one, for each partition: that of the oldest record there is. It is new, or the brokers forgot where it stood because nobody was in it
   * for long. A topic in which it has begun and has no position any more was deleted, and made anew. Kafka takes positions from outside while nobody is a member; who is one
   * has seen to it already, but for topics that are new to the group: whoever is given those stores it then.
   */
  async fixStart(): Promise<void> {
    const { link, group, log } = this.#deps;
    const topics: TopicOffsets[] = [];
    const ids = await this.#ids();
    const committed = await this.#committed();
    const begun = begunIn(committed);
    const unread: Record<string, number> = {};
    const all = [...new Set([...begun, ...committed.map(({ topic }) => topic)])];
    for (const { topic, stored, standings } of committed) {
      if (!standings.includes(undefined)) continue;
      const unknown = [...standings.keys()].filter((partition) => standings[partition] === undefined);
      const starts = await link.offsetsOf(stored, unknown, { fromBeginning: true });
      const ends = await link.offsetsOf(stored, unknown, { fromBeginning: false });
      const partitions = unknown.map((partition) => {
        const start = { offset: starts.get(partition) ?? 0, topicId: ids.get(stored), begun: all };
        this.#starts.set(keyOf(stored, partition), start);
        return storedStanding(partition, start);
      });
      topics.push({ topic: stored, partitions });
      // Of partitions that somebody added it never had one.
      if (begun.has(topic) && unknown.length === standings.length) this.#deps.onTrouble?.(madeAnew(topic));
      const count = unknown.reduce((sum, at) => sum + (ends.get(at) ?? 0) - (starts.get(at) ?? 0), 0);
      if (count > 0) unread[topic] = count;
    }
    if (topics.length === 0) return;
    if (Object.keys(unread).length > 0)
      log.info(
        { group, records: unread },
        'a consumer group without a position begins with the oldest records that its topics hold: it is new there, or Kafka has forgotten where it stood',
      );
    try {
      await link.onCoordinator(group, (broker) =>
        broker.offsetCommit({ groupId: group, groupGenerationId: -1, memberId: '', topics }),
      );
    } catch (error) {
      if (kafkaRefusal(error) !== 'UNKNOWN_MEMBER_ID') throw error;
    }
  }

  /** Takes part in sharing the partitions; resolves when all members have theirs. */
  async join(): Promise<Term> {
    const { link, group, topics } = this.#deps;
    const names = topics.map(({ stored }) => stored);
    const metadata = subscriptionOf(names);
    try {
      const joined = await link.onCoordinator(group, (broker) =>
        broker.joinGroup({
          groupId: group,
          memberId: this.#memberId,
          sessionTimeout: sessionMs,
          rebalanceTimeout: rebalanceMs,
          groupProtocols: [{ name: protocol, metadata }],
        }),
      );
      this.#memberId = joined.memberId;
      const isLeader = joined.leaderId === joined.memberId;
      const subscribers = isLeader ? subscribersIn(joined.members) : [];
      const groupAssignment = isLeader ? sharesOf(subscribers, await this.#counts(subscribers)) : [];
      const { generationId, memberId } = joined;
      const { memberAssignment } = await link.onCoordinator(group, (broker) =>
        broker.syncGroup({ groupId: group, generationId, memberId, groupAssignment }),
      );
      return await this.#termOf({ generationId, memberId }, memberAssignment);
    } catch (error) {
      if (kafkaRefusal(error) === 'UNKNOWN_MEMBER_ID') this.#memberId = '';
      throw error;
    }
  }

  /** Says that this member is alive. @throws what the driver says of other troubles */
  async beat({ generationId, memberId }: Term): Promise<SeatState> {
    const { link, group } = this.#deps;
    try {
      await link.onCoordinator(group, (broker) =>
        broker.heartbeat({ groupId: group, groupGenerationId: generationId, memberId }),
      );
      return 'kept';
    } catch (error) {
      return this.#stateIn(error);
    }
  }

  /** Stores where the group goes on, in this term alone. */
  async commit({ generationId, memberId, begun }: Term, place: Place, offset: number): Promise<SeatState> {
    const { link, group } = this.#deps;
    const { stored: topic, partition, topicId } = place;
    try {
      await link.onCoordinator(group, (broker) =>
        broker.offsetCommit({
          groupId: group,
          groupGenerationId: generationId,
          memberId,
          topics: [{ topic, partitions: [storedStanding(partition, { offset, topicId, begun })] }],
        }),
      );
      return 'kept';
    } catch (error) {
      return this.#stateIn(error);
    }
  }

  async leave(): Promise<void> {
    const { link, group } = this.#deps;
    const memberId = this.#memberId;
    if (memberId !== '')
      await link.onCoordinator(group, (broker) => broker.leaveGroup({ groupId: group, memberId }));
  }

  #stateIn(error: unknown): SeatState {
    const refusal = kafkaRefusal(error);
    if (refusal === 'REBALANCE_IN_PROGRESS') return 'sharing-anew';
    if (refusal === 'UNKNOWN_MEMBER_ID') this.#memberId = '';
    if (
      refusal === 'UNKNOWN_MEMBER_ID' ||
      refusal === 'ILLEGAL_GENERATION' ||
      refusal === 'FENCED_INSTANCE_ID'
    )
      return 'lost';
    throw error;
  }

  /** How many partitions each topic has that somebody in the group reads. */
  async #counts(subscribers: readonly Subscriber[]): Promise<ReadonlyMap<string, number>> {
    const { link, topics } = this.#deps;
    // One that was made anew has other partitions.
    await this.#ids();
    const counts = new Map<string, number>();
    for (const { stored, partitions } of await this.#declared()) counts.set(stored, partitions);
    const ours = new Set(topics.map(({ stored }) => stored));
    for (const stored of new Set(subscribers.flatMap((each) => [...each.topics])))
      if (!ours.has(stored))
        try {
          counts.set(stored, await link.partitionsOf(stored));
        } catch (error) {
          // Those who read it are told.
          if (!isUndeclared(error)) throw error;
        }
    return counts;
  }

  async #termOf(member: Pick<Term, 'generationId' | 'memberId'>, share: Buffer): Promise<Term> {
    const assignment = AssignerProtocol.MemberAssignment.decode(share)?.assignment ?? {};
    // Before anything is read: what is read later and is of another topic is committed as of this one, and found out.
    const ids = await this.#ids();
    const committed = await this.#committed();
    const unstored: Place[] = [];
    const places: Place[] = [];
    for (const { topic, stored, standings } of committed) {
      const mine = assignment[stored] ?? [];
      const topicId = ids.get(stored);
      const before = [this.#topicIds.get(stored), ...mine.map((partition) => standings[partition]?.topicId)];
      if (before.some((id) => isOther(id, topicId))) this.#deps.onTrouble?.(madeAnew(topic));
      this.#topicIds.set(stored, topicId);
      for (const partition of mine) {
        const known = standings[partition];
        const stands = known ?? this.#starts.get(keyOf(stored, partition));
        const isHere = stands !== undefined && !isOther(stands.topicId, topicId);
        const place = { topic, stored, partition, offset: isHere ? stands.offset : 0, topicId };
        if (known === undefined || !isHere) unstored.push(place);
        places.push(place);
      }
    }
    const names = this.#deps.topics.map(({ topic }) => topic);
    const known = begunIn(committed);
    for (const { topic } of unstored) known.add(topic);
    const here = committed.map(({ stored }) => stored);
    const missing = this.#deps.topics.map(({ stored }) => stored).filter((stored) => !here.includes(stored));
    const counts = new Map(committed.map(({ stored, standings }) => [stored, standings.length]));
    const term = { ...member, places, missing, counts, begun: names.filter((name) => known.has(name)) };
    // Before anything of them is handled: who is killed then leaves the group a position.
    for (const place of unstored) await this.commit(term, place, place.offset);
    return term;
  }

  /** The topics that are there: one that somebody deleted must not keep the group from sharing the others. */
  async #declared(): Promise<readonly (SeatTopic & { readonly partitions: number })[]> {
    const { link, topics, onTrouble } = this.#deps;
    const found: (SeatTopic & { readonly partitions: number })[] = [];
    for (const topic of topics) {
      try {
        found.push({ ...topic, partitions: await link.partitionsOf(topic.stored) });
      } catch (error) {
        if (!isUndeclared(error)) throw error;
        onTrouble?.(error);
      }
    }
    return found;
  }

  /** The brokers' ids of the topics that are there. */
  #ids(): Promise<ReadonlyMap<string, string>> {
    const { link, topics } = this.#deps;
    return topicIds(
      link,
      topics.map(({ stored }) => stored),
    );
  }

  /** Where the group stands, by partition; undefined where it never stood. */
  async #committed(): Promise<readonly TopicStandings[]> {
    const { link, group } = this.#deps;
    const asked = await this.#declared();
    const request = asked.map(({ stored, partitions }) => ({
      topic: stored,
      partitions: Array.from({ length: partitions }, (_, partition) => ({ partition, offset: '-1' })),
    }));
    const { responses } = await link.onCoordinator(group, (broker) =>
      broker.offsetFetch({ groupId: group, topics: request }),
    );
    return asked.map(({ topic, stored, partitions }) => {
      const found = responses.find((response) => response.topic === stored)?.partitions ?? [];
      const known = new Map(found.map((each) => [each.partition, standingIn(each)]));
      return { topic, stored, standings: Array.from({ length: partitions }, (_, at) => known.get(at)) };
    });
  }
}
