import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import type { QueryPlan } from '@graphql-hive/router-query-planner';
import { ContainedProcess, programBeside } from '@tributary/engines/contained-process/contained-process';
import { CodedError, type Logger } from '@tributary/runtime';
import { BoundedCache } from './bounded-cache.ts';
import type { FromNative, NativeGraph, NativeQuestion, ToNative } from './native-messages.ts';

/** A plan that takes longer is given up, milliseconds. */
const longestMs = 10_000;
const memoryBytes = 2 * 1024 * 1024 * 1024;
const mostWaiting = 1_000;
/** Operations that ended the process are not asked again. */
const mostAvoided = 1_000;
/** After so many ends within a minute it rests until the minute is over: what comes meanwhile is planned without it. */
const mostEnds = 5;
const endsForMs = 60_000;

export interface NativePlanningOptions {
  readonly longestMs?: number;
  readonly nowMs?: () => number;
}

/**
 * The native planner, in a process of its own: an operation that it cannot cope with makes it panic, and a panic of native code ends the whole process. That is
 * this one then, and costs nobody else more than the time in which it comes back. One for all graphs of a process; one question at a time, in the order asked.
 * It begins with the first graph, and its plans keep nobody's event loop busy.
 */
export class NativePlanning {
  readonly #longestMs: number;
  readonly #nowMs: () => number;
  readonly #avoided = new BoundedCache<true>(mostAvoided);
  #process: ContainedProcess<ToNative, FromNative> | undefined;
  #answered: (answer: FromNative) => void = () => undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #ends: number[] = [];
  #isAbsent = false;

  constructor({ longestMs: limit = longestMs, nowMs = () => performance.now() }: NativePlanningOptions = {}) {
    this.#longestMs = limit;
    this.#nowMs = nowMs;
  }

  /** Of the process while there is one. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Reads a graph before anybody asks. */
  async prepare(graph: NativeGraph): Promise<void> {
    await this.#inTurn(async () => {
      if (!this.#isAway()) await this.#ask({ kind: 'graph', ...graph });
    });
  }

  /**
   * Undefined where somebody else has to plan.
   * @throws CodedError OPERATION_TOO_COMPLEX for what takes too long, OVERLOADED when too many wait
   */
  async plan(
    graph: NativeGraph,
    asked: Omit<NativeQuestion, 'graph'>,
    log: Logger | undefined,
  ): Promise<QueryPlan | undefined> {
    const question = { kind: 'plan', graph: graph.name, ...asked } as const;
    const cameMs = this.#nowMs();
    const key = createHash('sha256').update(JSON.stringify(question)).digest('base64');
    if (this.#waiting >= mostWaiting) throw tooMany();
    return this.#inTurn(async () => {
      if (this.#nowMs() - cameMs > this.#longestMs) throw tooMany();
      if (this.#isAway() || this.#avoided.get(key) !== undefined) return undefined;
      let answer = await this.#ask(question);
      if (answer.kind === 'unknown') {
        answer = await this.#ask({ kind: 'graph', ...graph });
        if (answer.kind === 'ready') answer = await this.#ask(question);
      }
      if (answer.kind === 'planned') return answer.plan;
      if (answer.kind === 'absent') {
        this.#isAbsent = true;
        this.#process?.kill();
      }
      if (answer.kind === 'ended' || answer.kind === 'late') {
        this.#avoided.set(key, true);
        const { operationName } = asked;
        log?.warn({ operationName, reason: answer.said }, 'the native planner ended with an operation');
      }
      if (answer.kind !== 'late') return undefined;
      throw new CodedError('OPERATION_TOO_COMPLEX', 'The operation could not be planned in time.', {
        details: { limitMs: this.#longestMs },
      });
    });
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#waiting += 1;
    const result = this.#turn.then(work).finally(() => {
      this.#waiting -= 1;
    });
    this.#turn = result.catch(() => undefined);
    return result;
  }

  #isAway(): boolean {
    const nowMs = this.#nowMs();
    this.#ends = this.#ends.filter((atMs) => nowMs - atMs < endsForMs);
    return this.#isAbsent || this.#ends.length >= mostEnds;
  }

  async #ask(
    message: ToNative,
  ): Promise<FromNative | { readonly kind: 'ended' | 'late'; readonly said: string }> {
    this.#process ??= this.#start();
    const asked = this.#process;
    let isLate = false;
    // While somebody waits it keeps this process alive, which the other one does not.
    const limit = setTimeout(() => {
      isLate = true;
      asked.kill();
    }, this.#longestMs);
    try {
      const answer = new Promise<FromNative>((resolve) => {
        this.#answered = resolve;
      });
      asked.send(message);
      const ended = asked.ended.then(({ said }) => ({
        kind: isLate ? ('late' as const) : ('ended' as const),
        said,
      }));
      const outcome = await Promise.race([answer, ended]);
      if (outcome.kind === 'ended' || outcome.kind === 'late') {
        this.#process = undefined;
        this.#ends.push(this.#nowMs());
      }
      return outcome;
    } finally {
      clearTimeout(limit);
    }
  }

  #start(): ContainedProcess<ToNative, FromNative> {
    const program = programBeside(import.meta.url, 'native-child');
    const started = new ContainedProcess<ToNative, FromNative>(
      { program, memoryBytes, workDir: tmpdir() },
      (answer) => {
        // One that was given up may have answered at the same time.
        if (this.#process === started) this.#answered(answer);
      },
    );
    started.unref();
    return started;
  }
}

function tooMany(): CodedError {
  return new CodedError('OVERLOADED', 'Too many operations wait for a plan.', {
    details: { retryAfterSeconds: 1 },
  });
}

/** All graphs of this process share it. */
export const nativePlanning = new NativePlanning();
