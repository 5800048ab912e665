import { CodedError, type Logger } from '@tributary/runtime';
import { textBytes } from '@tributary/subgraph-kit/text-bytes';
import { getOperationAST } from 'graphql';
import { declaredVariables } from '../../execution/kept-operations.ts';
import { RefusedOperation } from '../../execution/refused-operation.ts';
import { hashOf, type RequestInsight } from '../../insight/request-insight.ts';
import { anonymous } from '../../security/nobody.ts';
import { brokenVariables } from '../../security/operation-limits.ts';
import { budgetOwner } from '../../security/rate-limit.ts';
import {
  type HeldBounds,
  type HeldOperation,
  HeldOperations,
  valueBytes,
} from '../../subscriptions/held-operations.ts';
import type { SubscriptionRequest } from '../../subscriptions/opening-calls.ts';
import type { RealTimeFigures } from '../../subscriptions/real-time-figures.ts';
import type { ServedSubscription } from '../../subscriptions/shared-by-clients.ts';
import type { EndedSubscriber } from '../../subscriptions/subscriber.ts';
import { isOfThisMoment } from '../asked-operations.ts';
import type { StandaloneSettings } from '../settings-file.ts';
import type { SourceEnd, SourceEnds } from './source-ends.ts';
import { StreamGroup } from './stream-group.ts';
import {
  type AskedStream,
  isSameSource,
  type StreamGraph,
  type StreamSource,
  sourceOf,
  streamErrors,
} from './stream-source.ts';
import { RefusedByUpstream, type UpstreamSink, type Upstreams } from './upstream.ts';

/** Between tries to plan what could not be planned for a passing reason. */
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

export interface StreamGroupsOptions {
  /** The one in force. */
  readonly graph: () => StreamGraph;
  readonly upstreams: Readonly<Record<'ws' | 'sse', Upstreams>>;
  readonly settings: StandaloneSettings;
  /** Bytes that subscriptions in force may hold. */
  readonly heldBytes: HeldBounds;
  readonly figures: RealTimeFigures;
  readonly ends: SourceEnds;
  /** Undefined where nobody wants to know. */
  readonly insight: RequestInsight | undefined;
  readonly log: Logger;
}

/** A subscription as a client asks for it. */
type StreamRequest = Pick<
  SubscriptionRequest,
  'query' | 'alone' | 'document' | 'operationName' | 'variables' | 'clientAddress'
> &
  Pick<AskedStream, 'forwarded'> & {
    /** Equal for equal askers only. */
    readonly askerKey: string;
  };

interface Opening {
  readonly asked: Omit<AskedStream, 'hash'>;
  /** The text it came in. */
  readonly query: string;
  readonly owner: string;
}

/**
 * Equal subscriptions of one asker share one source and one execution for each event. A source that is cut ends its subscriptions with
 * STREAM_INTERRUPTED: subgraphs have no cursor to go on from, and a gap that nobody is told of is the worst answer.
 */
export class StreamGroups implements AsyncDisposable {
  readonly #options: StreamGroupsOptions;
  readonly #groups = new Map<string, StreamGroup>();
  readonly #held: HeldOperations;
  #inForce = 0;

  constructor(options: StreamGroupsOptions) {
    this.#options = options;
    this.#held = new HeldOperations(options.heldBytes, options.figures);
  }

  /**
   * Serves the subscriber until disposed; undefined when `gone` was aborted on the way.
   * @throws RefusedOperation, or CodedError TOO_MANY_CONNECTIONS, OVERLOADED or SUBGRAPH_UNAVAILABLE: nothing was started.
   */
  async start(
    { query, alone = query, document, askerKey, clientAddress = '', ...rest }: StreamRequest,
    subscriber: EndedSubscriber,
    gone: AbortSignal,
  ): Promise<ServedSubscription | undefined> {
    const { limits, subscriptions } = this.#options.settings;
    const { inForce } = subscriptions;
    if (this.#inForce >= inForce)
      throw new CodedError('OVERLOADED', 'Too many subscriptions are in force.', {
        details: { retryAfterSeconds: 5 },
      });
    const { operationName, forwarded } = rest;
    const broken = brokenVariables(rest.variables, { ...limits, cost: Number.POSITIVE_INFINITY });
    if (broken !== undefined) throw broken;
    const operation = getOperationAST(document, operationName);
    const variables = operation ? declaredVariables(operation, rest.variables) : {};
    const key = hashOf(JSON.stringify([alone, operationName ?? '', variables, forwarded, askerKey]));
    const asked = { query: alone, operationName, variables, forwarded };
    const owner = budgetOwner(anonymous, clientAddress);
    const group = this.#groups.get(key) ?? this.#open(key, { asked, query, owner });
    this.#inForce += 1;
    group.members.add(subscriber);
    let hasLeft = false;
    const leave = (): void => {
      if (hasLeft) return;
      hasLeft = true;
      this.#inForce -= 1;
      group.members.delete(subscriber);
      if (group.members.size === 0) this.#close(key, group);
    };
    try {
      await group.opened;
    } catch (error) {
      leave();
      throw error;
    }
    if (gone.aborted) {
      leave();
      return undefined;
    }
    subscriber.accepted(undefined);
    return { [Symbol.dispose]: leave, settled: () => group.settled() };
  }

  /**
   * To be called when another supergraph is in force. What is asked of its source as before goes on, on the new plan; the rest ends with the reason. What
   * cannot be planned at the moment goes on as it is until it can.
   */
  async schemaChanged(): Promise<void> {
    for (const [key, group] of [...this.#groups]) {
      if (group.source !== undefined) await this.#plannedAnew(key, group, group.source);
      else this.#plannedOnceOpened(key, group);
      // Thousands of plans at once would hold up everything else.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [key, group] of [...this.#groups]) this.#close(key, group);
    const { ws, sse } = this.#options.upstreams;
    await Promise.all([ws[Symbol.asyncDispose](), sse[Symbol.asyncDispose]()]);
  }

  /** A source that takes its time to open holds up none of the others. One that cannot be opened tells its subscribers by itself. */
  #plannedOnceOpened(key: string, group: StreamGroup): void {
    const opened = async (): Promise<void> => {
      await group.opened;
      if (group.source !== undefined) await this.#plannedAnew(key, group, group.source);
    };
    opened().catch(() => undefined);
  }

  async #plannedAnew(
    key: string,
    group: StreamGroup,
    before: StreamSource,
    pauseMs = firstPauseMs,
  ): Promise<void> {
    if (group.isEnding) return;
    const { graph, settings, log } = this.#options;
    const inForce = graph();
    try {
      const source = await sourceOf(inForce, group.asked, { limits: settings.limits, log });
      // Yet another came meanwhile, and goes through all of them as well.
      if (inForce !== graph()) return;
      if (!isSameSource(source, before))
        throw interrupted('The graph has changed: the events come from elsewhere.');
      group.source = source;
    } catch (error) {
      if (inForce !== graph()) return;
      if (!(error instanceof RefusedOperation && isOfThisMoment(error.cause)))
        this.#refuse(key, group, error, 'changed');
      else
        group.later(
          pauseMs,
          () => void this.#plannedAnew(key, group, before, Math.min(2 * pauseMs, longestPauseMs)),
        );
    }
  }

  #open(key: string, { asked, query, owner }: Opening): StreamGroup {
    const { graph, upstreams, settings, figures, ends, insight, log } = this.#options;
    const onClosed = this.#held.enter(owner, heldOf(asked));
    const drawn = { ...asked, hash: hashOf(query), lot: Math.random() * 100 };
    const group = new StreamGroup(drawn, { settings, log, figures, insight, onClosed });
    this.#groups.set(key, group);
    figures.groups.set(this.#groups.size);
    group.open(async () => {
      let subgraph: string | undefined;
      try {
        // It was planned by the text it came in.
        const source = await sourceOf(graph(), { ...drawn, query }, { ...settings, log });
        const { address, primary } = source;
        subgraph = address.subgraph;
        const upstream = { address, request: primary.request, headers: address.headersOf(asked.forwarded) };
        return { source, upstream: await upstreams[address.protocol].open(upstream, this.#sink(key, group)) };
      } catch (error) {
        this.#forget(key, group);
        if (subgraph !== undefined) {
          if (error instanceof CodedError) ends.trouble(subgraph, 'away', error);
          else ends.count(subgraph, 'refused');
        }
        throw new RefusedOperation(streamErrors(error, log, subgraph), 400);
      }
    });
    return group;
  }

  #sink(key: string, group: StreamGroup): UpstreamSink {
    return {
      next: (event, sizeBytes) => {
        if (group.hasRoomFor(sizeBytes)) group.push(event, sizeBytes);
        else
          this.#refuse(
            key,
            group,
            interrupted('Events come faster than the rest of their plan is answered.'),
            'crowded',
          );
      },
      completed: () => this.#finish(key, group, (member) => member.complete()),
      refused: (errors) => this.#refuse(key, group, new RefusedByUpstream(errors), 'refused'),
      cut: (cause) =>
        this.#refuse(
          key,
          group,
          interrupted('The connection to the source of the events was cut.', cause),
          'cut',
        ),
    };
  }

  #refuse(key: string, group: StreamGroup, reason: unknown, end: SourceEnd): void {
    if (group.isEnding) return;
    const { ends, log } = this.#options;
    const subgraph = group.source?.address.subgraph;
    if (subgraph !== undefined) {
      if (reason instanceof CodedError && end !== 'changed') ends.trouble(subgraph, end, reason);
      else ends.count(subgraph, end);
    }
    const errors = streamErrors(reason, log, subgraph);
    this.#finish(key, group, (member) => member.refuse(errors));
  }

  /** Hands out what came before, then tells everybody. Whoever asks the same from now on has it asked anew. */
  #finish(key: string, group: StreamGroup, tell: (member: EndedSubscriber) => void): void {
    if (group.isEnding) return;
    group.isEnding = true;
    this.#forget(key, group);
    void group.idle().then(() => {
      const members = [...group.members];
      group.close();
      for (const member of members) tell(member);
    });
  }

  #forget(key: string, group: StreamGroup): void {
    if (this.#groups.get(key) !== group) return;
    this.#groups.delete(key);
    this.#options.figures.groups.set(this.#groups.size);
  }

  #close(key: string, group: StreamGroup): void {
    this.#forget(key, group);
    group.close();
  }
}

/** Each copy of variables and fields: as they are asked, and as the source was. */
const copiesHeld = 2;

function heldOf({ query, variables, forwarded }: Opening['asked']): HeldOperation {
  const ownBytes = copiesHeld * (valueBytes(variables) + valueBytes(forwarded)) + valueBytes(query);
  return { key: hashOf(query), operationBytes: textBytes(query), ownBytes };
}

function interrupted(message: string, cause?: Error): CodedError {
  return new CodedError('STREAM_INTERRUPTED', message, { cause });
}
