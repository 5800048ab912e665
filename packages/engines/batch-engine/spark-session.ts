import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { SparkConnection } from './spark-connection.ts';
import { isConnectionFault } from './spark-faults.ts';
import { SilenceWatch } from './spark-silence.ts';

/** What a relation is computed from; the wire's own form. */
export type SparkRelation =
  | { readonly sql: { readonly query: string } }
  | {
      readonly read: {
        readonly dataSource: {
          readonly format: string;
          readonly schema?: string;
          readonly options: Readonly<Record<string, string>>;
          readonly paths: readonly string[];
        };
      };
    }
  | { readonly limit: { readonly input: SparkRelation; readonly limit: number } }
  | {
      readonly repartition: {
        readonly input: SparkRelation;
        readonly numPartitions: number;
        readonly shuffle: boolean;
      };
    };

export type SparkPlan =
  | { readonly root: SparkRelation }
  | {
      readonly command: {
        readonly createDataframeView?: {
          readonly input: SparkRelation;
          readonly name: string;
          readonly replace: boolean;
        };
        readonly writeOperation?: {
          readonly input: SparkRelation;
          readonly source: string;
          readonly path: string;
          readonly mode: number;
        };
      };
    };

/** A type as the wire has it: an object whose one key is its kind, `long`, `string`, … */
export type SparkType = Readonly<Record<string, unknown>>;

export interface SparkField {
  readonly name: string;
  readonly kind: string;
  readonly type: SparkType;
}

interface ExecuteAnswer {
  readonly responseId?: string;
  readonly arrowBatch?: { readonly data?: Uint8Array };
  readonly resultComplete?: object;
  readonly executionProgress?: {
    readonly stages?: readonly { readonly numTasks?: number; readonly numCompletedTasks?: number }[];
  };
}

interface SchemaAnswer {
  readonly schema?: {
    readonly schema?: {
      readonly struct?: {
        readonly fields?: readonly { readonly name?: string; readonly dataType?: SparkType }[];
      };
    };
  };
}

const interruptAll = 1;
/**
 * An interrupt ends the thread that plans an operation, and cancels the jobs that it has by then. A scalar subquery or a side of a join is submitted by a thread of
 * its own; the job of one that was about to be submitted would run on, and nobody could end it. After this long all of them are there.
 */
const settlesWithinMs = 2_000;
const reattachEveryMs = 200;

/** A session of Spark Connect, one for each run: its views and settings are nobody else's, and to release it ends all that runs in it. */
export class SparkSession implements AsyncDisposable {
  readonly #connection: SparkConnection;
  readonly #sessionId = randomUUID();
  /** When the operations began that have not ended, by `performance.now()`. */
  readonly #begunMs = new Map<string, number>();
  #released: Promise<void> | undefined;

  constructor(connection: SparkConnection) {
    this.#connection = connection;
  }

  get id(): string {
    return this.#sessionId;
  }

  async configure(settings: Readonly<Record<string, string>>): Promise<void> {
    const pairs = Object.entries(settings).map(([key, value]) => ({ key, value }));
    await this.#connection.ask('Config', { sessionId: this.#sessionId, operation: { set: { pairs } } });
  }

  /** Names a relation in this session; files that it reads are looked into for their columns. */
  async createView(name: string, input: SparkRelation): Promise<void> {
    const command = { createDataframeView: { input, name, replace: true } };
    for await (const _ of this.execute({ command }));
  }

  /** The columns of a relation; nothing is computed, but files may be looked into for it. */
  async schemaOf(relation: SparkRelation, timeoutMs: number): Promise<readonly SparkField[]> {
    const request = { sessionId: this.#sessionId, schema: { plan: { root: relation } } };
    const answer = await this.#whileHeard(
      this.#connection.ask<SchemaAnswer>('AnalyzePlan', request, timeoutMs),
    );
    return (answer.schema?.schema?.struct?.fields ?? []).map(({ name = '', dataType = {} }) => ({
      name,
      kind: Object.keys(dataType)[0] ?? 'other',
      type: dataType,
    }));
  }

  /**
   * Runs a plan and answers its rows, each piece an Arrow stream (IPC) of one batch. Spark waits while nobody asks for the next. A connection that breaks
   * is made again, and the answer goes on where it stood. A Spark that answers nothing any more is given up, after twice the address's `timeoutMs` (`SilenceWatch`).
   */
  async *execute(
    plan: SparkPlan,
    options: { readonly signal?: AbortSignal; readonly onProgress?: (fraction: number) => void } = {},
  ): AsyncGenerator<Uint8Array, void> {
    const { signal, onProgress } = options;
    const operation = { sessionId: this.#sessionId, operationId: randomUUID() };
    const requestOptions = [{ reattachOptions: { reattachable: true } }];
    let lastResponseId: string | undefined;
    this.#begunMs.set(operation.operationId, performance.now());
    let lost: Error | undefined;
    let giveUp: () => void = () => undefined;
    using silence = new SilenceWatch(this.#connection, this.#sessionId, (why) => {
      lost = why;
      giveUp();
    });
    for (;;) {
      signal?.throwIfAborted();
      if (lost !== undefined) throw lost;
      const stream =
        lastResponseId === undefined
          ? this.#connection.stream<ExecuteAnswer>('ExecutePlan', { ...operation, plan, requestOptions })
          : this.#connection.stream<ExecuteAnswer>('ReattachExecute', { ...operation, lastResponseId });
      const onAbort = (): void => stream.cancel();
      giveUp = onAbort;
      signal?.addEventListener('abort', onAbort);
      try {
        for await (const answer of stream as AsyncIterable<ExecuteAnswer>) {
          silence.heard();
          lastResponseId = answer.responseId;
          if (answer.executionProgress !== undefined) onProgress?.(fractionOf(answer.executionProgress));
          if (answer.resultComplete !== undefined) {
            this.#begunMs.delete(operation.operationId);
            return;
          }
          const data = answer.arrowBatch?.data;
          if (data === undefined) continue;
          yield data;
          this.#releaseUntil(operation.operationId, lastResponseId);
        }
        // A server ends streams that live long; the operation goes on.
      } catch (error) {
        signal?.throwIfAborted();
        if (lost !== undefined) throw lost;
        const isLost = silence.silentMs > this.#connection.address.timeoutMs;
        if (!isConnectionFault(error)) this.#begunMs.delete(operation.operationId);
        if (!isConnectionFault(error) || lastResponseId === undefined || isLost) throw error;
        await delay(reattachEveryMs);
      } finally {
        signal?.removeEventListener('abort', onAbort);
        stream.cancel();
      }
    }
  }

  /** Ends what runs, once it can be ended whole, and forgets the session. What Spark is not told, because it is away, it ends by its own time limits. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#released ??= this.#release();
    return this.#released;
  }

  /** An answer that takes as long as it takes, of a Spark that is there. */
  #whileHeard<Answer>(answer: Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const silence = new SilenceWatch(this.#connection, this.#sessionId, reject);
      answer.then(resolve, reject).finally(() => silence[Symbol.dispose]());
    });
  }

  async #release(): Promise<void> {
    const sessionId = this.#sessionId;
    const settledMs = Math.max(...this.#begunMs.values()) + settlesWithinMs;
    await delay(Math.max(0, settledMs - performance.now()));
    const interrupted = this.#connection.ask('Interrupt', { sessionId, interruptType: interruptAll });
    await interrupted.catch(() => undefined);
    await this.#connection.ask('ReleaseSession', { sessionId }).catch(() => undefined);
  }

  /** Lets Spark forget answers we have; one that does not reach it costs it memory until the next. */
  #releaseUntil(operationId: string, responseId: string | undefined): void {
    const request = { sessionId: this.#sessionId, operationId, releaseUntil: { responseId } };
    this.#connection.ask('ReleaseExecute', request).catch(() => undefined);
  }
}

function fractionOf({ stages = [] }: NonNullable<ExecuteAnswer['executionProgress']>): number {
  const sum = (of: 'numTasks' | 'numCompletedTasks'): number =>
    stages.reduce((total, stage) => total + (stage[of] ?? 0), 0);
  const tasks = sum('numTasks');
  return tasks === 0 ? 0 : sum('numCompletedTasks') / tasks;
}
