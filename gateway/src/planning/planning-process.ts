import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import type { QueryPlan } from '@graphql-hive/router-query-planner';
import { ContainedProcess, programBeside } from '@tributary/engines/contained-process/contained-process';
import { CodedError, type ErrorCode, type Logger } from '@tributary/runtime';
import { GraphQLError } from 'graphql';
import { BoundedCache } from './bounded-cache.ts';
import type { Plan } from './plan.ts';
import type {
  FromPlanning,
  KnownGraph,
  PlanningFault,
  PlanningQuestion,
  ToPlanning,
} from './planning-messages.ts';

/** A plan that takes longer is given up, milliseconds; so is a graph that is not read in that time. */
const longestMs = 10_000;
const longestReadMs = 60_000;
/** Whoever has not had a turn by then is told to come again. */
const longestWaitMs = 20_000;
const memoryBytes = 2 * 1024 * 1024 * 1024;
const mostWaiting = 1_000;
/** Operations that ended the process are not asked again. */
const mostAvoided = 1_000;
/** After so many ends within a minute the native planner rests until the minute is over. */
const mostEnds = 5;
const endsForMs = 60_000;

export interface PlanningOptions {
  readonly longestMs?: number;
  readonly nowMs?: () => number;
  /** What runs in it. */
  readonly program?: URL;
}

interface Ended {
  readonly kind: 'ended' | 'late';
  readonly said: string;
  /** False where it never answered anything: it cannot run here. */
  readonly hasRun: boolean;
}

/** This system lets no process be started, or none that runs: operations are planned by who asks. */
export class NoPlanningProcess extends Error {}

/**
 * Planners in a process of their own. An operation that the native one cannot cope with makes it panic, and a panic of native code ends the whole process;
 * and there are short operations over which Apollo's thinks for minutes. That ends this process then, and costs nobody else more than the time in which it comes back. One for all
 * graphs of the process that starts it; one question at a time, in the order asked. It begins with the first graph, and its plans keep nobody's event loop busy.
 */
export class PlanningProcess {
  readonly #longestMs: number;
  readonly #nowMs: () => number;
  readonly #program: URL;
  readonly #avoided = new BoundedCache<true>(mostAvoided);
  #process: ContainedProcess<ToPlanning, FromPlanning> | undefined;
  #answered: (answer: FromPlanning) => void = () => undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #ends: number[] = [];
  #isAbsent = false;
  /** Of the process there is. */
  #hasRun = false;

  constructor({
    longestMs: limit = longestMs,
    nowMs = () => performance.now(),
    program = programBeside(import.meta.url, 'planning-child'),
  }: PlanningOptions = {}) {
    this.#program = program;
    this.#longestMs = limit;
    this.#nowMs = nowMs;
  }

  /** Of the process while there is one. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Reads a graph for the native planner before anybody asks. Never rejects. */
  async prepare(graph: KnownGraph): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#isNativeAway()) return;
      this.#ending(await this.#ask({ kind: 'graph', planner: 'hive', graph }, longestReadMs));
    });
  }

  /**
   * By the native planner; undefined where it cannot, and Apollo's has to.
   * @throws CodedError OPERATION_TOO_COMPLEX for what takes too long, OVERLOADED when too many wait
   */
  async planNatively(
    graph: KnownGraph,
    question: PlanningQuestion,
    log: Logger | undefined,
  ): Promise<QueryPlan | undefined> {
    return this.#inLine(async () => {
      const key = keyOf('hive', graph, question);
      if (this.#isNativeAway() || this.#avoided.get(key) !== undefined) return undefined;
      const answer = await this.#planned('hive', graph, question);
      if (answer.kind === 'hive') return answer.plan;
      if (this.#ending(answer) && answer.hasRun) {
        this.#avoided.set(key, true);
        const { operationName } = question;
        log?.warn({ operationName, reason: answer.said }, 'the native planner ended with an operation');
      }
      if (answer.kind === 'late') throw this.#tooComplex();
      return undefined;
    });
  }

  /**
   * By Apollo's planner.
   * @throws what it says of the operation; CodedError OPERATION_TOO_COMPLEX for what takes too long or too much memory, OVERLOADED when too many wait;
   * NoPlanningProcess
   */
  async planWithApollo(graph: KnownGraph, question: PlanningQuestion): Promise<Plan> {
    return this.#inLine(async () => {
      const key = keyOf('apollo', graph, question);
      if (this.#avoided.get(key) !== undefined) throw this.#tooComplex();
      const answer = await this.#planned('apollo', graph, question);
      if (answer.kind === 'apollo') return answer.plan;
      if (answer.kind === 'unplanned') throw errorOf(answer.fault);
      if (answer.kind === 'ended' && !answer.hasRun) throw new NoPlanningProcess(answer.said);
      this.#avoided.set(key, true);
      throw this.#tooComplex();
    });
  }

  async #planned(
    planner: 'hive' | 'apollo',
    graph: KnownGraph,
    question: PlanningQuestion,
  ): Promise<FromPlanning | Ended> {
    const asked = { kind: 'plan', planner, graph: graph.name, question } as const;
    const answer = await this.#ask(asked, this.#longestMs);
    if (answer.kind !== 'unknown') return answer;
    const told = await this.#ask({ kind: 'graph', planner, graph }, longestReadMs);
    return told.kind === 'ready' ? this.#ask(asked, this.#longestMs) : told;
  }

  #inLine<Result>(work: () => Promise<Result>): Promise<Result> {
    const cameMs = this.#nowMs();
    if (this.#waiting >= mostWaiting) throw tooMany();
    return this.#inTurn(() => {
      if (this.#nowMs() - cameMs > longestWaitMs) throw tooMany();
      return work();
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

  #isNativeAway(): boolean {
    const nowMs = this.#nowMs();
    this.#ends = this.#ends.filter((atMs) => nowMs - atMs < endsForMs);
    return this.#isAbsent || this.#ends.length >= mostEnds;
  }

  /** Counts it where the native planner ended the process. */
  #ending(answer: FromPlanning | Ended): answer is Ended {
    if (answer.kind !== 'ended' && answer.kind !== 'late') return false;
    this.#ends.push(this.#nowMs());
    return true;
  }

  async #ask(message: ToPlanning, limitMs: number): Promise<FromPlanning | Ended> {
    let asked: ContainedProcess<ToPlanning, FromPlanning>;
    let isLate = false;
    const answer = new Promise<FromPlanning>((resolve) => {
      this.#answered = resolve;
    });
    try {
      this.#process ??= this.#start();
      asked = this.#process;
      asked.send(message);
    } catch (error) {
      // Of processes, memory or descriptors there are no more, or none may be started.
      this.#process = undefined;
      return { kind: 'ended', said: String(error), hasRun: false };
    }
    const limit = setTimeout(() => {
      isLate = true;
      asked.kill();
    }, limitMs);
    // While somebody waits it keeps this process alive, which the other one does not.
    const waiting = setInterval(() => undefined, 60_000);
    try {
      const ended = asked.ended.then(
        ({ said }): Ended => ({ kind: isLate ? 'late' : 'ended', said, hasRun: this.#hasRun }),
      );
      const outcome = await Promise.race([answer, ended]);
      // It may have answered and been given up in the same moment.
      if (isLate && this.#process === asked) this.#process = undefined;
      if (outcome.kind === 'absent') this.#isAbsent = true;
      return outcome;
    } finally {
      clearTimeout(limit);
      clearInterval(waiting);
    }
  }

  #start(): ContainedProcess<ToPlanning, FromPlanning> {
    this.#hasRun = false;
    const started = new ContainedProcess<ToPlanning, FromPlanning>(
      { program: this.#program, memoryBytes, workDir: tmpdir() },
      (answer) => {
        // One that was given up may have answered at the same time.
        if (this.#process !== started) return;
        this.#hasRun = true;
        this.#answered(answer);
      },
    );
    // Whenever it ends: the next question is asked of another one, and is not blamed.
    started.ended.then(() => {
      if (this.#process === started) this.#process = undefined;
    });
    started.unref();
    return started;
  }

  #tooComplex(): CodedError {
    return new CodedError(
      'OPERATION_TOO_COMPLEX',
      'The operation could not be planned with the time and the memory there is for it.',
      {
        details: { limitMs: this.#longestMs },
      },
    );
  }
}

function keyOf(planner: 'hive' | 'apollo', graph: KnownGraph, question: PlanningQuestion): string {
  return createHash('sha256')
    .update(JSON.stringify([planner, graph.name, question]))
    .digest('base64');
}

function errorOf({ message, code, details = {}, extensions, isOverflow }: PlanningFault): Error {
  if (isOverflow === true) return new RangeError(message);
  if (code !== undefined) return new CodedError(code as ErrorCode, message, { details });
  return extensions === undefined ? new Error(message) : new GraphQLError(message, { extensions });
}

function tooMany(): CodedError {
  return new CodedError('OVERLOADED', 'Too many operations wait for a plan.', {
    details: { retryAfterSeconds: 1 },
  });
}

/** All graphs of this process share it. */
export const planningProcess = new PlanningProcess();
