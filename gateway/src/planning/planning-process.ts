import { createHash } from 'node:crypto';
import type { QueryPlan } from '@graphql-hive/router-query-planner';
import { programBeside } from '@tributary/engines/contained-process/contained-process';
import { CodedError } from '@tributary/runtime/errors';
import { BoundedCache } from './bounded-cache.ts';
import type { Plan } from './plan.ts';
import type { PlannerName } from './planner.ts';
import { errorOf } from './planning-fault.ts';
import type { PlanningWatch } from './planning-figures.ts';
import { type Ended, type PlanningCall, PlanningHost } from './planning-host.ts';
import { type LineOptions, PlanningLine } from './planning-line.ts';
import type { FromPlanning, KnownGraph, PlanningQuestion } from './planning-messages.ts';

/** A plan that takes longer is given up, milliseconds; so is a graph that is not read in that time. */
const longestMs = 10_000;
const longestReadMs = 60_000;
/** Operations that ended the process are not asked again for a while: a plan that was late may be made by a machine that has less to do. */
const mostAvoided = 1_000;
const avoidedForMs = 600_000;
/** Graphs of late that nobody holds any more. */
const mostReleased = 100;
/** What was taken twice at the same operation may have been so for the memory that it takes, where there is less than the process may have. */
const takenForMs = 60_000;
/** After so many ends within a minute the native planner rests until the minute is over. */
const mostEnds = 5;
const restMs = 60_000;

export interface PlanningOptions {
  readonly longestMs?: number;
  readonly nowMs?: () => number;
  /** What runs in it. */
  readonly program?: URL;
  readonly line?: LineOptions;
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
  readonly #host: PlanningHost;
  readonly #line: PlanningLine;
  /** Until when. */
  readonly #avoided = new BoundedCache<number>(mostAvoided);
  /** How many hold a graph, by its name. */
  readonly #holders = new Map<string, number>();
  readonly #released = new BoundedCache<true>(mostReleased);
  #ends: number[] = [];

  constructor({
    longestMs: limit = longestMs,
    nowMs = () => performance.now(),
    program = programBeside(import.meta.url, 'planning-child'),
    line = {},
  }: PlanningOptions = {}) {
    this.#host = new PlanningHost(program, nowMs);
    this.#longestMs = limit;
    this.#nowMs = nowMs;
    this.#line = new PlanningLine(line);
  }

  /** Of the process while there is one. */
  get pid(): number | undefined {
    return this.#host.pid;
  }

  /**
   * Reads a graph before anybody asks, and tells `watch` from now on what becomes of the process. The process is there for as long as somebody holds a graph,
   * and knows a graph for as long. Never rejects.
   */
  async hold(graph: KnownGraph, planner: PlannerName = 'hive', watch: PlanningWatch = {}): Promise<void> {
    this.#holders.set(graph.name, (this.#holders.get(graph.name) ?? 0) + 1);
    this.#host.tell(watch);
    await this.#line.prepare(async () => {
      if (planner === 'hive' && this.#isNativeAway()) return;
      // It may have been let go of before its turn.
      if (!this.#holders.has(graph.name)) return;
      const answer = await this.#host.ask({ kind: 'graph', planner, graph }, longestReadMs);
      if (planner === 'hive') this.#ending(answer);
    });
  }

  /** One of those who hold the graph does not any more. What is asked over it all the same is planned. Never rejects. */
  async release({ name }: KnownGraph): Promise<void> {
    const left = (this.#holders.get(name) ?? 0) - 1;
    if (left > 0) {
      this.#holders.set(name, left);
      return;
    }
    this.#holders.delete(name);
    this.#released.set(name, true);
    await this.#letGo(name);
  }

  async #letGo(name: string): Promise<void> {
    await this.#line.prepare(async () => {
      if (this.#holders.size === 0) return this.#host.end();
      if (this.#holders.has(name) || this.pid === undefined) return;
      await this.#host.ask({ kind: 'forget', graph: name }, longestReadMs);
    });
  }

  /**
   * By the native planner; undefined where it cannot, and Apollo's has to.
   * @throws CodedError OPERATION_TOO_COMPLEX for what takes too long, OVERLOADED when too many wait; NobodyWaits
   */
  async planNatively(graph: KnownGraph, call: PlanningCall): Promise<QueryPlan | undefined> {
    const key = keyOf('hive', graph, call.question);
    if (this.#isAvoided(key)) return undefined;
    return this.#inLine(call, async () => {
      if (this.#isNativeAway() || this.#isAvoided(key)) return undefined;
      const answer = await this.#planned('hive', graph, call);
      if (answer.kind === 'hive') return answer.plan;
      if (this.#ending(answer)) this.#avoid(key, answer);
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
    const key = keyOf('apollo', graph, call.question);
    if (this.#isAvoided(key)) throw this.#tooComplex();
    return this.#inLine(call, async () => {
      if (this.#isAvoided(key)) throw this.#tooComplex();
      const answer = await this.#planned('apollo', graph, call);
      if (answer.kind === 'apollo') return answer.plan;
      if (answer.kind === 'unplanned') throw errorOf(answer.fault);
      if (answer.kind === 'ended' && !answer.hasRun) throw new NoPlanningProcess(answer.said);
      this.#avoid(key, answer);
      throw isTaken(answer) ? interrupted() : this.#tooComplex();
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
    let answer = await this.#planOf(planner, graph, call);
    if (isTaken(answer)) answer = await this.#planOf(planner, graph, call);
    const outcome = 'plan' in answer ? 'planned' : answer.kind;
    call.watch?.figures?.planSeconds.observe({ planner, outcome }, (performance.now() - startedMs) / 1_000);
    return answer;
  }

  async #planOf(
    planner: 'hive' | 'apollo',
    graph: KnownGraph,
    call: PlanningCall,
  ): Promise<FromPlanning | Ended> {
    const asked = { kind: 'plan', planner, graph: graph.name, question: call.question } as const;
    const answer = await this.#host.ask(asked, this.#longestMs, call);
    if (answer.kind !== 'unknown') return answer;
    const told = await this.#host.ask({ kind: 'graph', planner, graph }, longestReadMs, call);
    // Of those who held it nobody will come to let it go again.
    if (!this.#holders.has(graph.name) && this.#released.get(graph.name) === true)
      void this.#letGo(graph.name);
    return told.kind === 'ready' ? this.#host.ask(asked, this.#longestMs, call) : told;
  }

  #isAvoided(key: string): boolean {
    return (this.#avoided.get(key) ?? 0) > this.#nowMs();
  }

  #avoid(key: string, end: FromPlanning | Ended): void {
    this.#avoided.set(key, this.#nowMs() + (isTaken(end) ? takenForMs : avoidedForMs));
  }

  #isNativeAway(): boolean {
    const nowMs = this.#nowMs();
    this.#ends = this.#ends.filter((atMs) => nowMs - atMs < restMs);
    return this.#host.isAbsent || this.#ends.length >= mostEnds;
  }

  /** Counts it where the process ended at the native planner, of itself or taken twice. */
  #ending(answer: FromPlanning | Ended): boolean {
    if ((answer.kind !== 'ended' && answer.kind !== 'late') || !answer.hasRun) return false;
    this.#ends.push(this.#nowMs());
    return true;
  }

  #tooComplex(): CodedError {
    const text = 'The operation could not be planned with the time and the memory there is for it.';
    return new CodedError('OPERATION_TOO_COMPLEX', text, { details: { limitMs: this.#longestMs } });
  }
}

function isTaken(answer: FromPlanning | Ended): boolean {
  return answer.kind === 'ended' && answer.wasTaken;
}

function keyOf(planner: 'hive' | 'apollo', graph: KnownGraph, question: PlanningQuestion): string {
  return createHash('sha256')
    .update(JSON.stringify([planner, graph.name, question]))
    .digest('base64');
}

function interrupted(): CodedError {
  return new CodedError('OVERLOADED', 'The process that plans was ended from outside, twice.', {
    details: { retryAfterSeconds: 1 },
  });
}

/** All graphs of this process share it. */
export const planningProcess = new PlanningProcess();
