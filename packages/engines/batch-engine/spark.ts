import { randomUUID } from 'node:crypto';
import { type Clock, Closing, CodedError } from '@tributary/runtime';
import { checkQuery } from './checked-query.ts';
import { offerFile } from './offer-file.ts';
import {
  type BatchEngine,
  type BatchExport,
  type BatchExported,
  type BatchQuery,
  type BatchRowLimits,
  type BatchRows,
  batchLimits,
} from './port.ts';
import type { RunFolder } from './run-folder.ts';
import { RunSignal } from './run-signal.ts';
import { RunSlots } from './run-slots.ts';
import type { SparkAddress } from './spark-address.ts';
import { SparkConnection } from './spark-connection.ts';
import { exportFile } from './spark-export.ts';
import { makeSparkFolder, sweepSparkFolder } from './spark-folder.ts';
import { SparkRows } from './spark-rows.ts';
import { SparkRun } from './spark-run.ts';
import { SubsetParser } from './subset-parser.ts';

interface Begun {
  readonly run: SparkRun;
  readonly folder: RunFolder;
  readonly signal: RunSignal;
  /** Ends the run and gives back all it held. */
  readonly closing: Closing;
}

/** Spark shares its own places among what runs; these keep one product from taking all of them. */
const maxRunning = 4;
const maxWaiting = 16;

/** Opens the batch engine on Spark Connect. @throws CodedError CONFIG_INVALID, ENGINE_UNAVAILABLE that names what is away */
export async function openSparkBatchEngine(address: SparkAddress, clock: Clock): Promise<BatchEngine> {
  await sweepSparkFolder(address, clock.now());
  const connection = await SparkConnection.open(address);
  const engine = new SparkBatchEngine(connection, clock);
  try {
    await engine.ping();
    return engine;
  } catch (error) {
    await engine[Symbol.asyncDispose]();
    throw error;
  }
}

/** The batch-engine port on Spark Connect: a session a query, which ends with all that runs in it. */
class SparkBatchEngine implements BatchEngine {
  readonly #connection: SparkConnection;
  readonly #clock: Clock;
  readonly #parser = new SubsetParser();
  readonly #slots = new RunSlots(maxRunning, maxWaiting);
  readonly #open = new Set<{ readonly signal: RunSignal; readonly closing: Closing }>();
  /** Of questions that belong to no run. */
  readonly #pingSession = randomUUID();
  #closed = false;

  constructor(connection: SparkConnection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  async query(query: BatchQuery, limits: BatchRowLimits): Promise<BatchRows> {
    if (!(limits.maxRows > 0 && limits.maxBytes > 0))
      throw new RangeError('maxRows and maxBytes are positive');
    const { run, signal, closing } = await this.#begin(query);
    return new SparkRows(run, limits, { signal: signal.signal, closing });
  }

  async exportTo(query: BatchQuery, target: BatchExport): Promise<BatchExported> {
    const { run, folder, signal, closing } = await this.#begin(query);
    await using _ = closing;
    const stop = (reason: CodedError): void => signal.stop(reason);
    const rowCount = await exportFile(run, { folder, target, stop, signal: signal.signal });
    const sizeBytes = await offerFile({ path: folder.resultPath, signal: signal.signal }, target.sink);
    return { columns: run.columns, rowCount, sizeBytes };
  }

  async ping(): Promise<void> {
    if (this.#closed) throw closed();
    await this.#connection.ping(this.#pingSession);
  }

  /** Stops what runs, and resolves when Spark has been told. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const { signal } of this.#open) signal.stop(closed());
    await Promise.all([...this.#open].map(({ closing }) => closing[Symbol.asyncDispose]()));
    await this.#parser[Symbol.asyncDispose]();
    const sessionId = this.#pingSession;
    await this.#connection.ask('ReleaseSession', { sessionId }).catch(() => undefined);
    this.#connection[Symbol.dispose]();
  }

  async #begin(query: BatchQuery): Promise<Begun> {
    if (this.#closed) throw closed();
    checkQuery(query);
    const { timeLimitMs = batchLimits.defaultTimeLimitMs, waitLimitMs, owner } = query;
    const closing = new Closing();
    const times = { clock: this.#clock, timeLimitMs, waitLimitMs };
    const signal = closing.use('signal', new RunSignal({ ...times, cancel: query.signal }));
    const entry = { signal, closing };
    this.#open.add(entry);
    closing.defer('entry', () => this.#open.delete(entry));
    try {
      closing.use('slot', await this.#slots.take({ owner, signal: signal.signal }));
      signal.begin();
      const folder = closing.use('folder', await makeSparkFolder(this.#connection.address));
      const parts = { connection: this.#connection, parser: this.#parser, folder, signal: signal.signal };
      const run = closing.use('run', await SparkRun.begin(query, parts));
      return { run, folder, signal, closing };
    } catch (error) {
      await closing[Symbol.asyncDispose]();
      // A stream that was broken off tells less than the reason it was broken off for.
      throw signal.signal.aborted ? signal.signal.reason : error;
    }
  }
}

function closed(): CodedError {
  return new CodedError('ENGINE_UNAVAILABLE', 'The batch engine is closed.');
}
