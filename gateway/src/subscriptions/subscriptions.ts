import { isDeepStrictEqual } from 'node:util';
import type { TopicPosition } from '@tributary/engines/event-log';
import { CodedError } from '@tributary/runtime';
import { asGraphQLError, type Principal } from '@tributary/subgraph-kit';
import type { DocumentNode, ExecutionResult, GraphQLFormattedError } from 'graphql';
import type { OperationCharge } from '../execution/operation-charge.ts';
import { RefusedOperation } from '../execution/refused-operation.ts';
import type { PreparedSubscription, StreamPlanner } from '../execution/stream-execution.ts';
import { inTurns, type Steps } from '../planning/steps.ts';
import { budgetOwner } from '../security/rate-limit.ts';
import type { EphemeralGroups } from './ephemeral-groups.ts';
import type { FeedRegistry } from './feed-registry.ts';
import { feedSpec, topicFor, whereOf } from './feed-spec.ts';
import { groupKey, type OperationShape, operationShape } from './group-key.ts';
import { type HeldBounds, HeldOperations, valueBytes } from './held-operations.ts';
import { type Asker, type Opening, OpeningCalls, type SubscriptionRequest } from './opening-calls.ts';
import { openedForResuming, openedWhenThere } from './resuming.ts';
import type { ServedSubscription } from './shared-by-clients.ts';
import { StandingCosts } from './standing-costs.ts';
import type { EphemeralRoute, LogRoute, StreamRoute, StreamSchema } from './stream-routes.ts';
import { fillTemplate } from './subject-pattern.ts';
import type { Subscriber } from './subscriber.ts';
import { textConditions } from './where-prefilter.ts';

export interface SubscriptionsOptions {
  /** Of the supergraph in force. */
  readonly streams: () => StreamSchema;
  readonly prepareStream: StreamPlanner['prepareStream'];
  readonly charge: OperationCharge;
  readonly feeds: FeedRegistry;
  readonly ephemeral: EphemeralGroups;
  /** Objects that all subscriptions of one owner may touch for one event. */
  readonly objectsPerEvent: number;
  /** Bytes that subscriptions in force may hold. */
  readonly heldBytes: HeldBounds;
}

/** Starts subscriptions, whatever feeds them. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  /** By what is kept of the operation, for the schema they were made with. */
  #shapes = new WeakMap<DocumentNode, OperationShape>();
  #shapesOf: StreamSchema | undefined;
  readonly #standing = new Set<Standing>();
  readonly #costs: StandingCosts;
  readonly #held: HeldOperations;
  readonly #calls: OpeningCalls;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
    this.#costs = new StandingCosts(options.objectsPerEvent);
    this.#held = new HeldOperations(options.heldBytes, options.feeds.figures);
    const { prepareStream, charge, feeds } = options;
    this.#calls = new OpeningCalls({ prepareStream, charge, turns: feeds.turns });
  }

  /**
   * Charges the opening call, fixes the position, asks the subgraph (the opening call), tells the subscriber it is accepted, and serves it until
   * disposed. Answers undefined when `gone` is aborted on the way, and when whoever resumes
   * was asked to come back later.
   * @throws RefusedOperation, GraphQLError, or CodedError (CURSOR_INVALID, CURSOR_EXPIRED, BAD_USER_INPUT, COST_EXCEEDED, TOO_MANY_CONNECTIONS,
   * OVERLOADED): nothing was started.
   */
  async start(
    request: SubscriptionRequest,
    subscriber: Subscriber,
    gone: AbortSignal,
  ): Promise<ServedSubscription | undefined> {
    const { principal } = subscriber;
    const { clientAddress, requestId, after, lastSeen } = request;
    const prepared = await this.#calls.prepared(request, principal);
    if (gone.aborted) return undefined;
    const stream = this.#streamOf(prepared, principal);
    const owner = budgetOwner(principal, clientAddress ?? '');
    const standing: Standing = { stream, subscriber };
    const end = this.#entered(standing, owner, prepared);
    const opening = { prepared, requestId, given: after ?? prepared.args['after'] ?? lastSeen };
    const asker = { subscriber, gone, owner, clientAddress };
    const serving = await this.#serving({ stream, opening, asker }).catch((error: unknown) => {
      end();
      throw error;
    });
    if (serving === undefined) end();
    return serving && endedWith(serving, end);
  }

  /** Counts a subscription in; the answer counts it out. */
  #entered(
    standing: Standing,
    owner: string,
    { kept, variables, cost, args }: PreparedSubscription,
  ): () => void {
    const { route } = standing.stream;
    const leaveCosts = this.#costs.enter(owner, cost + textConditions(whereOf(route, args)));
    try {
      const ownBytes = copiesHeld * valueBytes(variables);
      const leaveHeld = this.#held.enter(owner, { key: kept.key, operationBytes: kept.sizeBytes, ownBytes });
      this.#standing.add(standing);
      return () => {
        leaveCosts();
        leaveHeld();
        this.#standing.delete(standing);
      };
    } catch (error) {
      leaveCosts();
      throw error;
    }
  }

  /**
   * To be called when another schema is in force: executions plan anew by themselves, so what still fits goes on as it is; what does not is
   * ended with the reason; what another source feeds now, or may be shared no more, is to be resumed by its client. Others have their turns in between.
   */
  schemaChanged(): Promise<void> {
    return inTurns(this.#judgement());
  }

  *#judgement(): Steps<void> {
    const inForce = this.#options.streams();
    const verdicts = new Map<string, readonly GraphQLFormattedError[] | 'fits' | 'moved'>();
    for (const standing of [...this.#standing]) {
      // Yet another came meanwhile, and goes through all of them as well.
      if (this.#options.streams() !== inForce) return;
      if (!this.#standing.has(standing)) continue;
      const { stream, subscriber } = standing;
      const verdict = verdicts.get(stream.key) ?? this.#verdictOn(stream, subscriber.principal);
      verdicts.set(stream.key, verdict);
      if (verdict === 'moved') subscriber.interrupt('away');
      else if (verdict !== 'fits') subscriber.refuse(verdict);
      yield;
    }
  }

  #verdictOn(stream: Stream, principal: Principal): readonly GraphQLFormattedError[] | 'fits' | 'moved' {
    try {
      const { route, shape } = this.#streamOf(stream.prepared.again(principal), principal);
      return isDeepStrictEqual([route, shape], [stream.route, stream.shape]) ? 'fits' : 'moved';
    } catch (error) {
      if (error instanceof RefusedOperation) return error.errors;
      return [this.#options.feeds.shown(asGraphQLError(error))];
    }
  }

  /** @throws as `start` does, when the operation does not fit the schema in force. */
  #streamOf(opening: PreparedSubscription, principal: Principal): Stream {
    const streams = this.#options.streams();
    const route = streams.routes.get(opening.fieldName);
    if (route === undefined)
      throw new CodedError('BAD_USER_INPUT', `${opening.fieldName} cannot be subscribed to.`);
    const shape = this.#shapeOf(streams, opening.kept.document);
    const { cursorVariable } = shape;
    const prepared = cursorVariable === undefined ? opening : opening.without(cursorVariable);
    const key = groupKey(shape, prepared.variables, { principal, schemaVersion: streams.version });
    return { key, prepared, route, shape };
  }

  #serving({ stream, opening, asker }: Start): Promise<ServedSubscription | undefined> {
    const { route } = stream;
    return route.kind === 'ephemeral'
      ? this.#startEphemeral(route, { stream, opening, asker })
      : this.#startFromLog(route, { stream, opening, asker });
  }

  async #startFromLog(
    route: LogRoute,
    { stream, opening, asker }: Start,
  ): Promise<ServedSubscription | undefined> {
    const { subscriber } = asker;
    const { feeds } = this.#options;
    const { args } = opening.prepared;
    const topic = topicFor(route, this.#options.streams().topics, args);
    const spec = feedSpec(route, topic, { stream, args, asker });
    // Who brought a cursor has another one by now, and need not wait for all that lies behind it.
    const resumes = opening.given !== undefined && opening.given !== null;
    const open = async (): Promise<Opened> => {
      const position = await this.#positionFor(topic, opening.given);
      return { position, first: await this.#calls.made(opening, asker, spec.conditions) };
    };
    const opened = resumes ? await openedForResuming(open, asker.gone) : await open();
    if (opened === 'away' || opened === 'overloaded') {
      subscriber.interrupt(opened);
      return undefined;
    }
    if (opened?.first === undefined || asker.gone.aborted) return undefined;
    const { position, first } = opened;
    const cursor = feeds.hub.cursorAt(topic, position);
    subscriber.accepted(cursor);
    this.#calls.deliver(first, cursor, asker);
    feeds.start(subscriber, spec, position);
    return {
      settled: () => feeds.settled(subscriber, !resumes),
      [Symbol.dispose]: () => feeds.stop(subscriber),
    };
  }

  async #positionFor(topic: string, given: unknown): Promise<TopicPosition> {
    const { hub } = this.#options.feeds;
    await hub.follow([topic]);
    if (given === undefined || given === null) return hub.position(topic);
    if (typeof given !== 'string') throw new CodedError('CURSOR_INVALID', 'A cursor is a string.');
    return hub.positionOf(topic, given);
  }

  async #startEphemeral(
    route: EphemeralRoute,
    { stream, opening, asker }: Start,
  ): Promise<ServedSubscription | undefined> {
    const { subscriber } = asker;
    const { workspaceId } = subscriber.principal;
    const channel = fillTemplate(route.channel, { ...opening.prepared.args, workspace: workspaceId });
    const spec = { key: stream.key, owner: asker.owner, channel, workspaceId, prepared: stream.prepared };
    const seat = await this.#options.ephemeral.join(spec, subscriber);
    try {
      const first = await openedWhenThere(() => this.#calls.made(opening, asker), asker.gone);
      if (first === undefined || asker.gone.aborted) {
        seat[Symbol.dispose]();
        return undefined;
      }
      subscriber.accepted(undefined);
      this.#calls.deliver(first, '', asker);
      seat.open();
      return seat;
    } catch (error) {
      seat[Symbol.dispose]();
      throw error;
    }
  }

  #shapeOf(streams: StreamSchema, document: DocumentNode): OperationShape {
    if (this.#shapesOf !== streams) this.#shapes = new WeakMap();
    this.#shapesOf = streams;
    const known = this.#shapes.get(document);
    if (known !== undefined) return known;
    const shape = operationShape(streams.schema, document, undefined);
    this.#shapes.set(document, shape);
    return shape;
  }
}

/** Of variables: as they came, and as arguments. */
const copiesHeld = 2;

interface Standing {
  readonly stream: Stream;
  readonly subscriber: Subscriber;
}

/** No more of a subscription in force than it takes to go on with it. */
interface Stream {
  readonly key: string;
  readonly route: StreamRoute;
  readonly shape: OperationShape;
  /** Without the cursor, as it is executed for each event. */
  readonly prepared: PreparedSubscription;
}

/** A place in the log, and what the opening call answered; undefined when nobody waits for it any more. */
interface Opened {
  readonly position: TopicPosition;
  readonly first: ExecutionResult | undefined;
}

interface Start {
  readonly stream: Stream;
  readonly opening: Opening;
  readonly asker: Asker;
}

function endedWith(serving: ServedSubscription, end: () => void): ServedSubscription {
  return {
    settled: () => serving.settled(),
    [Symbol.dispose]: () => {
      end();
      serving[Symbol.dispose]();
    },
  };
}
