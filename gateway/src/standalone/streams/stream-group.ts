import type { Logger } from '@tributary/runtime';
import { GraphQLError } from 'graphql';
import type { FetchAnswer } from '../../execution/compiled/subgraph-fetch.ts';
import { Leaving, reasonToEnd } from '../../execution/departure.ts';
import { observedRun, type RequestInsight } from '../../insight/request-insight.ts';
import { OrderedRuns } from '../../subscriptions/ordered-runs.ts';
import { Payload } from '../../subscriptions/payload.ts';
import type { RealTimeFigures } from '../../subscriptions/real-time-figures.ts';
import type { EndedSubscriber } from '../../subscriptions/subscriber.ts';
import { answerText } from '../answer-text.ts';
import type { StandaloneSettings } from '../settings-file.ts';
import { runForEvent } from './event-scope.ts';
import type { DrawnStream, StreamSource } from './stream-source.ts';

/** Events of one source whose plans run at once; they are handed out in the order they came. */
const width = 8;

export interface OpenedStream {
  readonly source: StreamSource;
  readonly upstream: Disposable;
}

export interface StreamGroupOptions {
  readonly settings: Pick<StandaloneSettings, 'deadline' | 'subscriptions'>;
  readonly log: Logger;
  readonly figures: RealTimeFigures;
  /** Undefined where nobody wants to know. */
  readonly insight: RequestInsight | undefined;
  /** Called when nothing is held for it any more. */
  readonly onClosed: () => void;
}

/** Equal subscriptions: their source, who waits for its events, and the events in hand. */
export class StreamGroup {
  readonly asked: DrawnStream;
  readonly members = new Set<EndedSubscriber>();
  readonly #settings: StreamGroupOptions['settings'];
  readonly #log: Logger;
  readonly #figures: RealTimeFigures;
  readonly #insight: RequestInsight | undefined;
  readonly #runs = new OrderedRuns<Payload>(width);
  /** Aborted when nobody waits for its events any more. */
  readonly #gone = new Leaving();
  readonly #onClosed: () => void;
  #waitingBytes = 0;
  #opened: Promise<OpenedStream> | undefined;
  /** Set while it is open. Events that come after a change of it are answered by the new plan. */
  source: StreamSource | undefined;
  /** Waits until it is planned anew, where it could not be at once. */
  #again: NodeJS.Timeout | undefined;
  /** Its last payload is on the way. */
  isEnding = false;
  #isClosed = false;

  constructor(asked: DrawnStream, { settings, log, figures, insight, onClosed }: StreamGroupOptions) {
    this.#onClosed = onClosed;
    this.#settings = settings;
    this.asked = asked;
    this.#log = log;
    this.#figures = figures;
    this.#insight = insight;
  }

  /** Settles when the source has taken the subscription, or refused it. */
  get opened(): Promise<unknown> {
    return this.#opened ?? Promise.resolve();
  }

  /** Whether one more of this size may wait for the rest of its plan. */
  hasRoomFor(sizeBytes: number): boolean {
    const { waitingEvents, waitingBytes } = this.#settings.subscriptions;
    const waiting = this.#runs.size;
    return waiting === 0 || (waiting < waitingEvents && this.#waitingBytes + sizeBytes <= waitingBytes);
  }

  open(start: () => Promise<OpenedStream>): void {
    this.#opened = start().then((opened) => {
      this.source = opened.source;
      return opened;
    });
    // Those who wait for it are told.
    this.#opened.catch(() => undefined);
  }

  push(event: FetchAnswer, sizeBytes: number): void {
    if (this.isEnding) return;
    this.#addWaiting(sizeBytes);
    const cameAtMs = performance.now();
    this.#runs.push(
      () => this.#payload(event),
      (payload) => {
        this.#addWaiting(-sizeBytes);
        this.#figures.deliveries.inc(this.members.size);
        for (const member of this.members) member.deliver(payload);
        this.#figures.lagSeconds.observe((performance.now() - cameAtMs) / 1_000);
      },
    );
  }

  /** Calls back later, once, unless it has ended by then. What was to be called back before is not. */
  later(pauseMs: number, onTime: () => void): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => {
      if (!this.isEnding) onTime();
    }, pauseMs).unref();
  }

  /** Resolves when the events that came until now are handed out. */
  settled(): Promise<void> {
    return this.#runs.settled();
  }

  idle(): Promise<void> {
    return this.#runs.idle();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onClosed();
    this.isEnding = true;
    this.members.clear();
    this.#runs.close();
    this.#addWaiting(-this.#waitingBytes);
    this.#gone.abort();
    clearTimeout(this.#again);
    this.#opened?.then(({ upstream }) => upstream[Symbol.dispose]()).catch(() => undefined);
  }

  #addWaiting(sizeBytes: number): void {
    this.#waitingBytes += sizeBytes;
    this.#figures.waitingBytes.inc(sizeBytes);
  }

  async #payload(event: FetchAnswer): Promise<Payload> {
    try {
      // The first event may come with the answer that opens the source.
      await this.#opened;
      if (this.source === undefined) throw new TypeError('an event without a source');
      this.#figures.executions.inc();
      const { operation } = this.source;
      const { hash, operationName: name } = this.asked;
      const seen = { door: 'event', kind: 'subscription', name, hash } as const;
      const signal = this.#gone;
      const settings = this.#settings;
      const result = await observedRun(this.#insight, seen, async (observed) => {
        const answer = await runForEvent(operation, event, { ...this.asked, ...observed, settings, signal });
        if (signal.aborted) throw reasonToEnd(signal);
        return answer;
      });
      return Payload.ofText(answerText(result, this.#log).body);
    } catch (error) {
      // What is missing because nobody waited for it is no error of anybody's, and nobody gets it.
      if (this.#gone.aborted) return Payload.of({});
      const originalError = error instanceof Error ? error : new Error(String(error));
      const errors = [new GraphQLError(originalError.message, { originalError })];
      return Payload.ofText(answerText({ body: undefined, errors }, this.#log).body);
    }
  }
}
