import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import type { QueryPlan } from '@graphql-hive/router-query-planner';
import {
  type ContainedEnd,
  ContainedProcess,
  programBeside,
} from '@tributary/engines/contained-process/contained-process';
import { CodedError } from '@tributary/runtime';
import { BoundedCache } from './bounded-cache.ts';
import type { Plan } from './plan.ts';
import type { PlanAsking } from './planner.ts';
import { errorOf } from './planning-fault.ts';
import type { PlanningWatch } from './planning-figures.ts';
import { type LineOptions, PlanningLine } from './planning-line.ts';
import type { FromPlanning, KnownGraph, PlanningQuestion, ToPlanning } from './planning-messages.ts';

/** A plan that takes longer is given up, milliseconds; so is a graph that is not read in that time, and a process that does not start. */
const longestMs = 10_000;
const longestReadMs = 60_000;
const longestStartMs = 60_000;
const memoryBytes = 2 * 1024 * 1024 * 1024;
/** Operations that ended the process are not asked again. */
const mostAvoided = 1_000;
/** After so many ends within a minute the native planner rests until the minute is over; after a process that does not start, all planning there. */
const mostEnds = 5;
const restMs = 60_000;

export interface PlanningOptions {
  readonly longestMs?: number;
  readonly nowMs?: () => number;
  /** What runs in it. */
  readonly program?: URL;
  readonly line?: LineOptions;
}

/** What is asked, by whom, and who is told of it. */
export interface PlanningCall {
  readonly question: PlanningQuestion;
  readonly asking?: PlanAsking | undefined;
  readonly watch?: PlanningWatch | undefined;
}

interface Ended {
  readonly kind: 'ended' | 'late';
  readonly said: string;
  /** False where it never began: it cannot run here. */
  readonly hasRun: boolean;
}

/** What the process is at. */
interface AtWork {
  readonly process: Running;
  readonly planner: 'hive' | 'apollo';
  readonly startedMs: number;
  /** Undefined while it reads a graph that nobody asked about. */
  readonly call: PlanningCall | undefined;
  isLate: boolean;
}

type Running = ContainedProcess<ToPlanning, FromPlanning>;

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
  readonly #line: PlanningLine;
  readonly #avoided = new BoundedCache<true>(mostAvoided);
  #process: Running | undefined;
  #atWork: AtWork | undefined;
  #answered: (answer: FromPlanning) => void = () => undefined;
  #ends: number[] = [];
  #isAbsent = false;
  /** While none starts. */
  #rest: { readonly untilMs: number; readonly said: string } | undefined;
  /** Of the graph that was told last. */
  #watch: PlanningWatch = {};

  constructor({
    longestMs: limit = longestMs,
    nowMs = () => performance.now(),
    program = programBeside(import.meta.url, 'planning-child'),
    line = {},
  }: PlanningOptions = {}) {
    this.#program = program;
    this.#longestMs = limit;
    this.#nowMs = nowMs;
    this.#line = new PlanningLine(line);
  }

  /** Of the process while there is one. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Reads a graph for the native planner before anybody asks, and tells `watch` from now on what becomes of the process. Never rejects. */
  async prepare(graph: KnownGraph, watch: PlanningWatch = {}): Promise<void> {
    this.#watch = watch;
    await this.#line.prepare(async () => {
      if (this.#isNativeAway()) return;
      this.#ending(await this.#ask({ kind: 'graph', planner: 'hive', graph }, longestReadMs));
    });
  }

  /**
   * By the native planner; undefined where it cannot, and Apollo's has to.
   * @throws CodedError OPERATION_TOO_COMPLEX for what takes too long, OVERLOADED when too many wait; NobodyWaits
   */
  async planNatively(graph: KnownGraph, call: PlanningCall): Promise<QueryPlan | undefined> {
    return this.#inLine(call, async () => {
      const key = keyOf('hive', graph, call.question);
      if (this.#isNativeAway() || this.#avoided.get(key) !== undefined) return undefined;
      const answer = await this.#planned('hive', graph, call);
      if (answer.kind === 'hive') return answer.plan;
      if (this.#ending(answer)) this.#avoided.set(key, true);
      if (answer.kind === 'late') throw this.#tooComplex();
      return undefined;
    });
  }

  /**
   * By Apollo's planner.
   * @throws what it says of the operation; CodedError OPERATION_TOO_COMPLEX for what takes too long or too much memory, OVERLOADED when too many wait;
   * NobodyWaits; NoPlanningProcess
   */
  async planWithApollo(graph: KnownGraph, call: PlanningCall): Promise<Plan> {
    return this.#inLine(call, async () => {
      const key = keyOf('apollo', graph, call.question);
      if (this.#avoided.get(key) !== undefined) throw this.#tooComplex();
      const answer = await this.#planned('apollo', graph, call);
      if (answer.kind === 'apollo') return answer.plan;
      if (answer.kind === 'unplanned') throw errorOf(answer.fault);
      if (answer.kind === 'ended' && !answer.hasRun) throw new NoPlanningProcess(answer.said);
      this.#avoided.set(key, true);
      throw this.#tooComplex();
    });
  }

  #inLine<Result>({ asking, watch }: PlanningCall, work: () => Promise<Result>): Promise<Result> {
    return this.#line.inTurn(work, {
      gone: asking?.gone,
      onWaited: (outcome, waitedMs) => watch?.figures?.waitSeconds.observe({ outcome }, waitedMs / 1_000),
    });
  }

  async #planned(
    planner: 'hive' | 'apollo',
    graph: KnownGraph,
    call: PlanningCall,
  ): Promise<FromPlanning | Ended> {
    const startedMs = performance.now();
    const asked = { kind: 'plan', planner, graph: graph.name, question: call.question } as const;
    let answer = await this.#ask(asked, this.#longestMs, call);
    if (answer.kind === 'unknown') {
      const told = await this.#ask({ kind: 'graph', planner, graph }, longestReadMs, call);
      answer = told.kind === 'ready' ? await this.#ask(asked, this.#longestMs, call) : told;
    }
    const outcome = 'plan' in answer ? 'planned' : answer.kind;
    call.watch?.figures?.planSeconds.observe({ planner, outcome }, (performance.now() - startedMs) / 1_000);
    return answer;
  }

  #isNativeAway(): boolean {
    const nowMs = this.#nowMs();
    this.#ends = this.#ends.filter((atMs) => nowMs - atMs < restMs);
    return this.#isAbsent || this.#ends.length >= mostEnds;
  }

  /** Counts it where the native planner ended the process. */
  #ending(answer: FromPlanning | Ended): boolean {
    if ((answer.kind !== 'ended' && answer.kind !== 'late') || !answer.hasRun) return false;
    this.#ends.push(this.#nowMs());
    return true;
  }

  async #ask(message: ToPlanning, limitMs: number, call?: PlanningCall): Promise<FromPlanning | Ended> {
    // While somebody waits it keeps this process alive, which the other one does not.
    const waiting = setInterval(() => undefined, 60_000);
    let limit: NodeJS.Timeout | undefined;
    try {
      const asked = this.#process ?? (await this.#started());
      if ('said' in asked) return asked;
      const { planner } = message;
      const work: AtWork = { process: asked, planner, startedMs: performance.now(), call, isLate: false };
      this.#atWork = work;
      limit = setTimeout(() => {
        work.isLate = true;
        asked.kill();
      }, limitMs);
      const answer = new Promise<FromPlanning>((resolve) => {
        this.#answered = resolve;
      });
      asked.send(message);
      const ended = asked.ended.then(
        ({ said }): Ended => ({ kind: work.isLate ? 'late' : 'ended', said, hasRun: true }),
      );
      const outcome = await Promise.race([answer, ended]);
      // It may have answered and been given up in the same moment.
      if (work.isLate && this.#process === asked) this.#process = undefined;
      if (outcome.kind === 'absent') this.#isAbsent = true;
      return outcome;
    } finally {
      this.#atWork = undefined;
      clearTimeout(limit);
      clearInterval(waiting);
    }
  }

  /** One that begins; where none does it is tried again when the minute is over, not with each plan. */
  async #started(): Promise<Running | Ended> {
    const rest = this.#rest;
    if (rest !== undefined && this.#nowMs() < rest.untilMs)
      return { kind: 'ended', said: rest.said, hasRun: false };
    let limit: NodeJS.Timeout | undefined;
    let said: string;
    try {
      let tellBegun = (): void => undefined;
      const begun = new Promise<'begun'>((resolve) => {
        tellBegun = () => resolve('begun');
      });
      const started = this.#start(tellBegun);
      limit = setTimeout(() => started.kill(), longestStartMs);
      const end = await Promise.race([begun, started.ended]);
      if (end === 'begun') return started;
      said = end.said;
    } catch (error) {
      // Of processes, memory or descriptors there are no more, or none may be started.
      said = String(error);
    } finally {
      clearTimeout(limit);
    }
    this.#rest = { untilMs: this.#nowMs() + restMs, said };
    this.#watch.log?.warn(
      { reason: said },
      'no planning process starts: operations are planned in this process for a minute',
    );
    return { kind: 'ended', said, hasRun: false };
  }

  #start(tellBegun: () => void): Running {
    let hasBegun = false;
    const started: Running = new ContainedProcess<ToPlanning, FromPlanning>(
      { program: this.#program, memoryBytes, workDir: tmpdir() },
      (answer) => {
        // One that was given up may have answered at the same time.
        if (this.#process !== started) return;
        if (answer.kind !== 'begun') return this.#answered(answer);
        hasBegun = true;
        tellBegun();
      },
    );
    // Whenever it ends: the next question is asked of another one, and is not blamed.
    started.ended.then((end) => {
      if (this.#process === started) this.#process = undefined;
      if (hasBegun) this.#tellOf(end, this.#atWork?.process === started ? this.#atWork : undefined);
    });
    started.unref();
    this.#process = started;
    return started;
  }

  /** Names the operation that it was at, if it was. */
  #tellOf({ kind, said }: ContainedEnd, work: AtWork | undefined): void {
    const { log, figures } = work?.call?.watch ?? this.#watch;
    // Nothing else is a reason to kill it.
    const reason = kind === 'killed' ? 'late' : kind;
    figures?.processEnds.inc({ reason });
    const { question, asking } = work?.call ?? {};
    const wasAt = work && {
      planner: work.planner,
      durationMs: Math.round(performance.now() - work.startedMs),
      ...(question && { operationName: question.operationName, operationHash: asking?.hash?.() }),
    };
    log?.warn(
      { reason: said === '' ? reason : `${reason}: ${said}`, ...wasAt },
      'the planning process ended',
    );
  }

  #tooComplex(): CodedError {
    const text = 'The operation could not be planned with the time and the memory there is for it.';
    return new CodedError('OPERATION_TOO_COMPLEX', text, { details: { limitMs: this.#longestMs } });
  }
}

function keyOf(planner: 'hive' | 'apollo', graph: KnownGraph, question: PlanningQuestion): string {
  return createHash('sha256')
    .update(JSON.stringify([planner, graph.name, question]))
    .digest('base64');
}

/** All graphs of this process share it. */
export const planningProcess = new PlanningProcess();
