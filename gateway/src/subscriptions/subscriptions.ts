import { isDeepStrictEqual } from 'node:util';
import type { TopicPosition } from '@tributary/engines/event-log';
import { CodedError } from '@tributary/runtime';
import { asGraphQLError, type Principal } from '@tributary/subgraph-kit';
import type { DocumentNode, ExecutionResult, GraphQLFormattedError } from 'graphql';
import { RefusedOperation } from '../execution/refused-operation.ts';
import { budgetOwner } from '../security/rate-limit.ts';
import type { EphemeralGroups } from './ephemeral-groups.ts';
import { formatted, isNullResult, type PreparedStream, type PrepareStream } from './event-execution.ts';
import type { FeedRegistry } from './feed-registry.ts';
import type { FeedSpec } from './feed-surroundings.ts';
import { groupKey, type OperationShape, operationShape } from './group-key.ts';
import { Payload } from './payload.ts';
import type { ServedSubscription } from './shared-by-clients.ts';
import { StandingCosts } from './standing-costs.ts';
import {
  type EphemeralRoute,
  isTopicChosen,
  type LogRoute,
  type StreamRoute,
  type StreamSchema,
} from './stream-routes.ts';
import { fillTemplate, subjectPattern } from './subject-pattern.ts';
import type { Subscriber } from './subscriber.ts';
import { textConditions, wherePrefilter } from './where-prefilter.ts';

export interface SubscriptionRequest {
  readonly query: string;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** A cursor given beside the operation; it wins over the `after` argument, which clients set once. */
  readonly after: string | undefined;
  /** Counts where neither is given. */
  readonly lastSeen?: string | undefined;
  readonly requestId: string;
  readonly clientAddress?: string | undefined;
}

export interface SubscriptionsOptions {
  /** Of the supergraph in force. */
  readonly streams: () => StreamSchema;
  readonly prepareStream: PrepareStream;
  readonly feeds: FeedRegistry;
  readonly ephemeral: EphemeralGroups;
  /** Objects that all subscriptions of one owner may touch for one event. */
  readonly objectsPerEvent: number;
}

/** Starts subscriptions, whatever feeds them. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  /** By document, for the schema they were made with. */
  #shapes = new WeakMap<DocumentNode, Map<string | undefined, OperationShape>>();
  #shapesOf: StreamSchema | undefined;
  readonly #standing = new Set<Standing>();
  readonly #costs: StandingCosts;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
    this.#costs = new StandingCosts(options.objectsPerEvent);
  }

  /**
   * Fixes the position, asks the subgraph (the opening call), tells the subscriber it is accepted, and serves it until disposed.
   * Answers undefined when `isGone` says so on the way.
   * @throws RefusedOperation, GraphQLError, or CodedError (CURSOR_INVALID, CURSOR_EXPIRED, BAD_USER_INPUT, COST_EXCEEDED): nothing was started.
   */
  async start(
    request: SubscriptionRequest,
    subscriber: Subscriber,
    isGone: () => boolean,
  ): Promise<ServedSubscription | undefined> {
    const stream = this.#streamOf(request, subscriber.principal);
    const { route, opening } = stream;
    const owner = budgetOwner(subscriber.principal, request.clientAddress ?? '');
    const leave = this.#costs.enter(owner, opening.cost + textConditions(whereOf(route, opening.args)));
    const standing: Standing = { stream, subscriber };
    this.#standing.add(standing);
    const end = (): void => {
      leave();
      this.#standing.delete(standing);
    };
    try {
      const asker = { subscriber, isGone, owner };
      const serving =
        route.kind === 'ephemeral'
          ? await this.#startEphemeral(route, stream, asker)
          : await this.#startFromLog(route, stream, asker);
      if (serving === undefined) {
        end();
        return undefined;
      }
      const { settled } = serving;
      return {
        ...(settled === undefined ? {} : { settled }),
        [Symbol.dispose]: () => {
          end();
          serving[Symbol.dispose]();
        },
      };
    } catch (error) {
      end();
      throw error;
    }
  }

  /**
   * To be called when another schema is in force: executions plan anew by themselves, so what still fits goes on as it is; what does not is
   * ended with the reason; what another source feeds now, or may be shared no more, is to be resumed by its client.
   */
  schemaChanged(): void {
    const verdicts = new Map<string, readonly GraphQLFormattedError[] | 'fits' | 'moved'>();
    for (const { stream, subscriber } of [...this.#standing]) {
      const verdict = verdicts.get(stream.key) ?? this.#verdictOn(stream, subscriber.principal);
      verdicts.set(stream.key, verdict);
      if (verdict === 'moved') subscriber.interrupt('away');
      else if (verdict !== 'fits') subscriber.refuse(verdict);
    }
  }

  #verdictOn(stream: Stream, principal: Principal): readonly GraphQLFormattedError[] | 'fits' | 'moved' {
    try {
      const { route, shape } = this.#streamOf(stream.request, principal);
      return isDeepStrictEqual([route, shape], [stream.route, stream.shape]) ? 'fits' : 'moved';
    } catch (error) {
      if (error instanceof RefusedOperation) return error.errors;
      return [this.#options.feeds.shown(asGraphQLError(error))];
    }
  }

  /** @throws as `start` does, when the operation does not fit the schema in force. */
  #streamOf(request: SubscriptionRequest, principal: Principal): Stream {
    const { query, document, operationName, variables, clientAddress } = request;
    const streams = this.#options.streams();
    const asked = { query, document, operationName, variables, principal, clientAddress };
    // Limits first: all else reads the whole text, and keeps what it finds.
    const opening = this.#options.prepareStream(asked);
    const route = streams.routes.get(opening.fieldName);
    if (route === undefined)
      throw new CodedError('BAD_USER_INPUT', `${opening.fieldName} cannot be subscribed to.`);
    const shape = this.#shapeOf(streams, document, operationName);
    const { [shape.cursorVariable ?? '']: _cursor, ...rest } = variables;
    const prepared =
      shape.cursorVariable === undefined
        ? opening
        : this.#options.prepareStream({ ...asked, variables: rest });
    const key = groupKey(shape, rest, { principal, schemaVersion: streams.version });
    return { key, opening, prepared, request, route, shape };
  }

  async #startFromLog(
    route: LogRoute,
    stream: Stream,
    asker: Asker,
  ): Promise<ServedSubscription | undefined> {
    const { subscriber } = asker;
    const { feeds } = this.#options;
    const topic = topicFor(route, this.#options.streams().topics, stream.opening.args);
    const spec = feedSpec(route, topic, { stream, asker });
    const position = await this.#positionFor(topic, stream);
    const first = await openingCall(stream, subscriber.principal);
    if (asker.isGone()) return undefined;
    const cursor = feeds.hub.cursorAt(topic, position);
    subscriber.accepted(cursor);
    if (!isNullResult(first)) subscriber.deliver(Payload.at(cursor, first));
    feeds.start(subscriber, spec, position);
    return { [Symbol.dispose]: () => feeds.stop(subscriber) };
  }

  async #positionFor(topic: string, stream: Stream): Promise<TopicPosition> {
    const { hub } = this.#options.feeds;
    await hub.follow([topic]);
    const { after, lastSeen } = stream.request;
    const given = after ?? stream.opening.args['after'] ?? lastSeen;
    if (given === undefined || given === null) return hub.position(topic);
    if (typeof given !== 'string') throw new CodedError('CURSOR_INVALID', 'A cursor is a string.');
    return hub.positionOf(topic, given);
  }

  async #startEphemeral(
    route: EphemeralRoute,
    stream: Stream,
    asker: Asker,
  ): Promise<ServedSubscription | undefined> {
    const { subscriber } = asker;
    const { workspaceId } = subscriber.principal;
    const channel = fillTemplate(route.channel, { ...stream.opening.args, workspace: workspaceId });
    const spec = { key: stream.key, owner: asker.owner, channel, workspaceId, prepared: stream.prepared };
    const seat = await this.#options.ephemeral.join(spec, subscriber);
    try {
      const first = await openingCall(stream, subscriber.principal);
      if (asker.isGone()) {
        seat[Symbol.dispose]();
        return undefined;
      }
      subscriber.accepted(undefined);
      if (!isNullResult(first)) subscriber.deliver(Payload.at('', first));
      seat.open();
      return seat;
    } catch (error) {
      seat[Symbol.dispose]();
      throw error;
    }
  }

  #shapeOf(streams: StreamSchema, document: DocumentNode, operationName: string | undefined): OperationShape {
    if (this.#shapesOf !== streams) this.#shapes = new WeakMap();
    this.#shapesOf = streams;
    const shapes = this.#shapes.get(document) ?? new Map<string | undefined, OperationShape>();
    this.#shapes.set(document, shapes);
    const shape = shapes.get(operationName) ?? operationShape(streams.schema, document, operationName);
    shapes.set(operationName, shape);
    return shape;
  }
}

interface Standing {
  readonly stream: Stream;
  readonly subscriber: Subscriber;
}

interface Stream {
  readonly key: string;
  readonly route: StreamRoute;
  readonly shape: OperationShape;
  /** With the cursor, as the client asked. */
  readonly opening: PreparedStream;
  /** Without it, as it is executed for each event. */
  readonly prepared: PreparedStream;
  readonly request: SubscriptionRequest;
}

interface Asker {
  readonly subscriber: Subscriber;
  readonly owner: string;
  readonly isGone: () => boolean;
}

async function openingCall(stream: Stream, principal: Principal): Promise<ExecutionResult> {
  const result = await stream.opening.execute(principal, undefined, stream.request.requestId);
  if (result.errors !== undefined && result.errors.length > 0)
    throw new RefusedOperation(formatted(result), 400);
  return result;
}

/** @throws CodedError BAD_USER_INPUT for a topic nobody declared: the log makes none because somebody asks for it. */
function topicFor(route: LogRoute, declared: ReadonlySet<string>, args: PreparedStream['args']): string {
  if (!isTopicChosen(route)) return route.topic;
  const topic = fillTemplate(route.topic, args);
  if (declared.has(topic)) return topic;
  throw new CodedError('BAD_USER_INPUT', `There is no such topic; there are ${[...declared].join(', ')}.`);
}

function feedSpec(
  route: LogRoute,
  topic: string,
  { stream, asker }: { readonly stream: Stream; readonly asker: Asker },
): FeedSpec {
  const { args } = stream.opening;
  const { owner, subscriber } = asker;
  const where = whereOf(route, args);
  const subject = subjectPattern(route.subject, args);
  return {
    key: stream.key,
    owner,
    topic,
    interest: { workspaceId: subscriber.principal.workspaceId, types: route.types, subject },
    prepared: stream.prepared,
    mayConcern: wherePrefilter(where),
    conditions: textConditions(where),
  };
}

function whereOf(route: StreamRoute, args: PreparedStream['args']): unknown {
  return route.kind === 'log' && route.filterArgument !== undefined ? args[route.filterArgument] : undefined;
}
