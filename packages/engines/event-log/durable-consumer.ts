import { setTimeout as delay } from 'node:timers/promises';
import {
  type Clock,
  CodedError,
  type ErrorCode,
  type Logger,
  type Registry,
  tellTrouble,
} from '@tributary/runtime';
import { isHeldByOthers } from '../relational/postgres-errors.ts';
import { type ConsumerFigures, consumerFigures } from './consumer-figures.ts';
import { addDeadLetter, addForeignLetters, checkRead, foreignReason, type Refusal } from './dead-letters.ts';
import { OffsetsByPartition } from './offsets-by-partition.ts';
import type { ConsumeOptions, EventLog, ForeignRecord, LogRecord } from './port.ts';
import { type HandledRecord, redelivered, redeliveryTopic } from './redelivery.ts';
import { SlowEvents } from './slow-events.ts';

/** Between the tries of an event's handler; with the first one that makes three tries. */
const restsMs = [200, 1_000] as const;

/** What passes when an engine is back: tried for as long as that takes, because giving up would empty the whole log into the dead letters. */
const passing: ReadonlySet<ErrorCode> = new Set([
  'BACKLOG_FULL',
  'ENGINE_UNAVAILABLE',
  'INSUFFICIENT_STORAGE',
  'OVERLOADED',
  'SUBGRAPH_UNAVAILABLE',
]);

export interface DurableConsumerOptions
  extends Omit<ConsumeOptions, 'onTrouble' | 'onForeign' | 'onRecords'> {
  readonly onRecords: (records: readonly HandledRecord[]) => Promise<void>;
  readonly eventLog: Pick<EventLog, 'consume' | 'append'>;
  readonly log: Logger;
  readonly clock: Clock;
  readonly metrics: Registry;
  /** Between the first and the second, and the second and the third try; 200 and 1,000 ms when absent. */
  readonly rests?: readonly [number, number];
}

/** A record on its way to the handler. */
interface Delivery {
  readonly record: HandledRecord;
  /** What lies in the log: the record itself, or the redelivery that it came by. */
  readonly cameBy: LogRecord;
}

/**
 * Joins a consumer group whose handler is idempotent by event id. Beside the port's own promises:
 *
 * - What does not fit its schema, or is no event at all, becomes a dead letter; fields of a later version are no misfit, and types nobody declared are passed over.
 * - An event whose handler fails is tried three times where it stands, then it is a dead letter and the partition goes on. So events of one key are handled in their
 *   order, but for those that were given up: redriven, they come after younger ones.
 * - While an engine is away, or others hold what the handler waits for, the partition waits. Nothing is given up for that.
 * - An event whose handler does not end in time may be slow itself, or its database: it is tried for ten minutes before it is given up.
 * - What operators redrive, or replay to this group, is handled beside what is new.
 */
export async function startDurableConsumer(options: DurableConsumerOptions): Promise<AsyncDisposable> {
  const { eventLog, group, topics, log } = options;
  const stopping = new AbortController();
  const consumer = new DurableConsumer(options, stopping.signal);
  const trouble = tellTrouble({
    log,
    level: 'error',
    message: 'a consumer group is behind and tries again',
    over: 'a consumer group goes on',
    fields: { group },
  });
  const member = await eventLog.consume({
    ...options,
    topics: [...topics, redeliveryTopic],
    onRecords: (records) => consumer.take(records),
    onForeign: (records) => consumer.putAside(records),
    onTrouble: (error) => {
      if (!stopping.signal.aborted) trouble(error);
    },
  });
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await member[Symbol.asyncDispose]();
    },
  };
}

class DurableConsumer {
  readonly #options: DurableConsumerOptions;
  readonly #stopping: AbortSignal;
  readonly #figures: ConsumerFigures;
  readonly #slow: SlowEvents;
  /** Of batches that are not done, by the event's id: those come again whole, and what has its letter is not tried anew with them. */
  readonly #givenUp = new OffsetsByPartition<string>();

  constructor(options: DurableConsumerOptions, stopping: AbortSignal) {
    this.#options = options;
    this.#stopping = stopping;
    this.#figures = consumerFigures(options.metrics);
    this.#slow = new SlowEvents(options.clock);
  }

  /** All of them handled, given up or passed over when it returns. @throws what passes when an engine is back; the records then come again */
  async take(records: readonly LogRecord[]): Promise<void> {
    await this.#takeInOrder(records.filter((record) => this.#givenUp.get(record) !== record.event.id));
    const last = records.at(-1);
    if (last === undefined) return;
    this.#givenUp.deleteUntil(last);
    this.#slow.forgetUntil(last);
  }

  async #takeInOrder(records: readonly LogRecord[]): Promise<void> {
    const { group } = this.#options;
    let fitting: Delivery[] = [];
    for (const record of records) {
      const delivery = this.#deliveryOf(record);
      if (delivery === undefined) continue;
      const { topic, partition, event } = delivery.record;
      const verdict = checkRead(topic, event);
      if (verdict === 'unknown') {
        this.#figures.passedOver.inc({ group, topic });
        continue;
      }
      const [first] = fitting;
      const isOfAnother =
        first !== undefined && (first.record.topic !== topic || first.record.partition !== partition);
      // A batch with it would take as long as it does, and be halved again until it is found.
      const isSlow = verdict === 'fits' && this.#slow.has(delivery.cameBy);
      // In the order of the log: what stands before a misfit is done before that is given up.
      if (isOfAnother || isSlow || verdict !== 'fits') {
        await this.#handle(fitting);
        fitting = [];
      }
      if (isSlow) await this.#handleAlone(delivery);
      else if (verdict === 'fits') fitting.push(delivery);
      else {
        const { path, message } = verdict;
        await this.#giveUp(delivery, { reason: 'EVENT_INVALID', message: `${path} ${message}`, attempts: 0 });
      }
    }
    await this.#handle(fitting);
  }

  /** What is no event. Its beginning lies in the letter: nobody can read it by this log's means. @throws as `take` does */
  async putAside(records: readonly ForeignRecord[]): Promise<void> {
    const { eventLog, group, clock, log } = this.#options;
    const [first] = records;
    if (first === undefined) return;
    await addForeignLetters(eventLog, records, { group, clock });
    const { topic, partition, offset, fault } = first;
    this.#figures.deadLetters.inc({ group, topic, reason: foreignReason }, records.length);
    // One line for all of them: others may write as much as they like.
    const fields = { group, topic, partition, offset, count: records.length, code: foreignReason };
    log.error(fields, `what is no event was given up: it is a dead letter now; the first ${fault}`);
  }

  #deliveryOf(record: LogRecord): Delivery | undefined {
    if (record.topic !== redeliveryTopic) return { record, cameBy: record };
    // Its contract says what is in it; what somebody else put there is nobody's to handle.
    if (checkRead(redeliveryTopic, record.event) !== 'fits') return undefined;
    const original = redelivered(record, this.#options.group);
    return original === undefined || !this.#options.topics.includes(original.topic)
      ? undefined
      : { record: original, cameBy: record };
  }

  /** Together as long as that works; what fails is halved until the event is found that it fails for. */
  async #handle(deliveries: readonly Delivery[]): Promise<void> {
    const [first] = deliveries;
    if (first === undefined) return;
    if (deliveries.length === 1) return this.#handleAlone(first);
    try {
      await this.#options.onRecords(deliveries.map(({ record }) => record));
    } catch (error) {
      if (this.#mustWait(first, error)) throw error;
      const middle = Math.ceil(deliveries.length / 2);
      await this.#handle(deliveries.slice(0, middle));
      await this.#handle(deliveries.slice(middle));
    }
  }

  async #handleAlone(delivery: Delivery): Promise<void> {
    const { onRecords, group, log, rests = restsMs } = this.#options;
    const { topic, event } = delivery.record;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await onRecords([delivery.record]);
        return this.#slow.forget(delivery.cameBy);
      } catch (error) {
        if (this.#mustWait(delivery, error)) throw error;
        const restMs = rests[attempt - 1];
        if (restMs === undefined) return this.#giveUpInTime(delivery, { error, attempt });
        this.#figures.retried.inc({ group, topic });
        log.debug({ err: error, group, topic, eventId: event.id, attempt }, 'an event is tried again');
        // Stopped while it rests: the records come again to whoever is next.
        await delay(restMs, undefined, { signal: this.#stopping });
      }
    }
  }

  #mustWait({ cameBy }: Delivery, error: unknown): boolean {
    if (!isPassing(error)) return this.#stopping.aborted;
    this.#slow.beginAnew(cameBy);
    return true;
  }

  /** @throws the error of what did not end in time, as long as that may be its database's fault; the records then come again */
  async #giveUpInTime(
    delivery: Delivery,
    { error, attempt }: { readonly error: unknown; readonly attempt: number },
  ): Promise<void> {
    let attempts = attempt;
    if (error instanceof CodedError && error.code === 'DEADLINE_EXCEEDED') {
      const noted = this.#slow.note(delivery.cameBy, attempt);
      if (!noted.isOver) throw error;
      attempts = noted.attempts;
    }
    await this.#giveUp(delivery, refusalOf(error, attempts));
    this.#slow.forget(delivery.cameBy);
  }

  async #giveUp({ record, cameBy }: Delivery, refusal: Refusal): Promise<void> {
    const { eventLog, group, clock, log } = this.#options;
    const { topic, partition, offset, event } = record;
    await addDeadLetter(eventLog, record, {
      group,
      refusal,
      clock,
      nonce: cameBy === record ? undefined : cameBy.event.id,
    });
    this.#givenUp.set(cameBy, cameBy.event.id);
    const { reason, attempts: attempt } = refusal;
    this.#figures.deadLetters.inc({ group, topic, reason });
    const fields = { group, topic, partition, offset, eventId: event.id, eventType: event.type };
    log.error({ ...fields, attempt, code: reason }, 'an event was given up: it is a dead letter now');
  }
}

function isPassing(error: unknown): boolean {
  return (error instanceof CodedError && passing.has(error.code)) || isHeldByOthers(error);
}

/** The words of our own errors. What a driver says may quote the value it choked on, and letters are listed and kept for months. */
function refusalOf(error: unknown, attempts: number): Refusal {
  if (error instanceof CodedError) return { reason: error.code, message: error.message, attempts };
  // PostgreSQL's own word for it: 22P02, 23514.
  const state = error instanceof Error && 'code' in error ? error.code : undefined;
  const reason = typeof state === 'string' ? `SQL_${state}` : 'INTERNAL';
  return { reason, message: 'LOG_LEVEL=debug logs why, when it is tried again', attempts };
}
