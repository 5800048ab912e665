import type { LogEvent } from '@tributary/engines/event-log';
import type { Clock } from '@tributary/runtime';
import type { ExecutionResult } from 'graphql';
import type { PreparedStream } from '../execution/stream-execution.ts';
import type { EphemeralChannels } from './ephemeral-channels.ts';
import { executeForEvent, type Outcome } from './event-execution.ts';
import { type ExecutionTurns, effortOf } from './execution-turns.ts';
import { OrderedRuns } from './ordered-runs.ts';
import type { Payload } from './payload.ts';
import type { RealTimeFigures } from './real-time-figures.ts';
import type { ServedSubscription } from './shared-by-clients.ts';
import type { Subscriber } from './subscriber.ts';

export interface EphemeralSpec {
  readonly key: string;
  /** Of the subscriber it was made for: who pays with turns. */
  readonly owner: string;
  readonly channel: string;
  readonly workspaceId: string;
  readonly prepared: PreparedStream;
}

interface Group {
  readonly spec: EphemeralSpec;
  readonly members: Set<Member>;
  readonly runs: OrderedRuns<Outcome>;
  readonly listening: Promise<Disposable>;
  /** What is there now will be asked for, which says all that was dropped before. */
  catchesUp: boolean;
  /** Of the last payload. */
  payloadBytes: number;
}

interface Member {
  readonly subscriber: Subscriber;
  readonly owner: string;
  /** Payloads that came before the opening snapshot was delivered; undefined once it was. */
  held: Payload[] | undefined;
  /** More came than may be held. */
  hasMissed: boolean;
}

/** A place in a group: payloads wait until `open`, so that the opening snapshot comes first. */
export interface EphemeralSeat extends ServedSubscription {
  open(): void;
}

const width = 4;
/** Messages a group has in hand at most. The next are dropped, and what is there then is asked for in their place: a message may be the last that is said of something. */
const queueLimit = 100;
const heldLimit = 100;
const payingMembers = 4;

export interface EphemeralGroupsOptions {
  readonly channels: EphemeralChannels;
  readonly clock: Clock;
  readonly figures: RealTimeFigures;
  /** Shared with whatever else executes for events. */
  readonly turns: ExecutionTurns;
}

/** Groups of equal subscriptions on pubsub channels: each message is executed once per group. */
export class EphemeralGroups implements Disposable {
  readonly #options: EphemeralGroupsOptions;
  readonly #groups = new Map<string, Group>();
  readonly #closing = new AbortController();

  constructor(options: EphemeralGroupsOptions) {
    this.#options = options;
  }

  /** Resolves when messages from now on are heard (and held). */
  async join(spec: EphemeralSpec, subscriber: Subscriber): Promise<EphemeralSeat> {
    const group = this.#groups.get(spec.key) ?? this.#open(spec);
    const member: Member = { subscriber, owner: spec.owner, held: [], hasMissed: false };
    group.members.add(member);
    const leave = (): void => this.#leave(group, member);
    try {
      await group.listening;
    } catch (error) {
      leave();
      throw error;
    }
    const open = (): void => {
      const held = member.held ?? [];
      member.held = undefined;
      for (const payload of held) subscriber.deliver(payload);
      if (member.hasMissed) this.#catchUp(group);
    };
    return { open, settled: () => group.runs.settled(), [Symbol.dispose]: leave };
  }

  [Symbol.dispose](): void {
    this.#closing.abort();
    for (const group of [...this.#groups.values()]) this.#close(group);
  }

  #open(spec: EphemeralSpec): Group {
    const members = new Set<Member>();
    const runs = new OrderedRuns<Outcome>(width);
    const listening = this.#options.channels.listen(spec.channel, (event) => {
      if (event.workspaceid !== spec.workspaceId) return;
      if (runs.size >= queueLimit) this.#catchUp(group);
      else
        runs.push(
          () => this.#execute(group, event),
          (outcome) => this.#handOut(group, outcome),
        );
    });
    const group: Group = { spec, members, runs, listening, catchesUp: false, payloadBytes: 0 };
    this.#groups.set(spec.key, group);
    return group;
  }

  #catchUp(group: Group): void {
    if (group.catchesUp) return;
    group.catchesUp = true;
    group.runs.push(
      () => {
        // What is dropped from now on may come too late for it.
        group.catchesUp = false;
        return this.#execute(group, undefined);
      },
      (outcome) => this.#handOut(group, outcome),
    );
  }

  async #execute(group: Group, event: LogEvent | undefined): Promise<Outcome> {
    const [someone] = group.members;
    if (someone === undefined) return { kind: 'nothing' };
    const { prepared } = group.spec;
    const { principal } = someone.subscriber;
    const { signal } = this.#closing;
    this.#options.figures.executions.inc();
    return executeForEvent({
      prepared,
      principal,
      event,
      cursor: '',
      timestampMs: this.#options.clock.now(),
      signal,
      mayConcern: () => !signal.aborted,
      inTurn: (execute) => this.#inTurn(group, execute),
    });
  }

  async #inTurn(group: Group, execute: () => Promise<ExecutionResult>): Promise<ExecutionResult | 'behind'> {
    const payers = [...group.members].slice(0, payingMembers).map(({ owner }) => owner);
    const owners = payers.length === 0 ? [group.spec.owner] : payers;
    const effort = (): number => effortOf(group.spec, group.payloadBytes);
    return (await this.#options.turns.run({ owners, effort, execute })) ?? 'behind';
  }

  #handOut(group: Group, outcome: Outcome): void {
    if (outcome.kind === 'nothing' || outcome.kind === 'behind') return;
    const members = [...group.members];
    if (outcome.kind === 'payload') group.payloadBytes = outcome.payload.sizeBytes;
    else this.#close(group);
    for (const member of members) {
      if (outcome.kind === 'refused') member.subscriber.refuse(outcome.errors);
      else if (outcome.kind === 'unavailable') member.subscriber.interrupt('away');
      else if (outcome.kind === 'overloaded') member.subscriber.interrupt('overloaded');
      else if (member.held === undefined) member.subscriber.deliver(outcome.payload);
      else if (member.held.push(outcome.payload) > heldLimit) {
        member.held.shift();
        member.hasMissed = true;
      }
    }
    if (outcome.kind === 'payload') this.#options.figures.deliveries.inc(members.length);
  }

  #leave(group: Group, member: Member): void {
    group.members.delete(member);
    if (group.members.size === 0) this.#close(group);
  }

  #close(group: Group): void {
    if (this.#groups.get(group.spec.key) === group) this.#groups.delete(group.spec.key);
    group.members.clear();
    group.runs.close();
    void group.listening.then(
      (listening) => listening[Symbol.dispose](),
      // Whoever joined was told.
      () => undefined,
    );
  }
}
