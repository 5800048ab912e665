import { tmpdir } from 'node:os';
import { type ContainedEnd, ContainedProcess } from '@tributary/engines/contained-process/contained-process';
import type { PlanAsking } from './planner.ts';
import type { PlanningWatch } from './planning-figures.ts';
import type { FromPlanning, PlanningQuestion, ToPlanning } from './planning-messages.ts';

/** One that does not start by then is given up, milliseconds; and none is tried again for a while. */
const longestStartMs = 60_000;
const restMs = 60_000;
const memoryBytes = 2 * 1024 * 1024 * 1024;

/** What is asked, by whom, and who is told of it. */
export interface PlanningCall {
  readonly question: PlanningQuestion;
  readonly asking?: PlanAsking | undefined;
  readonly watch?: PlanningWatch | undefined;
}

/** How a question ended that was not answered. */
export interface Ended {
  readonly kind: 'ended' | 'late';
  readonly said: string;
  /** False where it never began: it cannot run here. */
  readonly hasRun: boolean;
  /** Somebody else ended it, which says nothing of what was asked. */
  readonly wasTaken: boolean;
}

/** What the process is at. */
interface AtWork {
  readonly process: Running;
  readonly planner: 'hive' | 'apollo' | undefined;
  readonly startedMs: number;
  /** Undefined while it reads a graph that nobody asked about. */
  readonly call: PlanningCall | undefined;
  /** Tells whoever waits. */
  readonly settle: (outcome: FromPlanning | Ended) => void;
  isLate: boolean;
}

type Running = ContainedProcess<ToPlanning, FromPlanning>;

/** Keeps the process that plans: there is one from the first question on, and another one after it has ended. */
export class PlanningHost {
  readonly #program: URL;
  readonly #nowMs: () => number;
  #process: Running | undefined;
  #atWork: AtWork | undefined;
  readonly #dismissed = new WeakSet<Running>();
  readonly #ends = new WeakMap<Running, ContainedEnd>();
  #isAbsent = false;
  /** While none starts. */
  #rest: { readonly untilMs: number; readonly said: string } | undefined;
  #watch: PlanningWatch = {};

  constructor(program: URL, nowMs: () => number) {
    this.#program = program;
    this.#nowMs = nowMs;
  }

  /** Of the process while there is one. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** It has no native planner. */
  get isAbsent(): boolean {
    return this.#isAbsent;
  }

  /** From now on `watch` is told of what no question is to blame for. */
  tell(watch: PlanningWatch): void {
    this.#watch = watch;
  }

  /** Ends the process, of which nobody has use: no fault of anybody's. */
  async end(): Promise<void> {
    const process = this.#process;
    if (process === undefined) return;
    this.#process = undefined;
    this.#dismissed.add(process);
    await process[Symbol.asyncDispose]();
  }

  /** Asks one question; the next one when it is answered. Tells `late` after `limitMs`. */
  async ask(message: ToPlanning, limitMs: number, call?: PlanningCall): Promise<FromPlanning | Ended> {
    // While somebody waits it keeps this process alive, which the other one does not.
    const waiting = setInterval(() => undefined, 60_000);
    let limit: NodeJS.Timeout | undefined;
    try {
      const asked = this.#process ?? (await this.#started());
      if ('said' in asked) return asked;
      // It may have begun and ended before anybody could be told.
      const end = this.#ends.get(asked);
      if (end !== undefined) return endedOf(end, false);
      const planner = 'planner' in message ? message.planner : undefined;
      // Nothing of a question is left at `ended` of the process, which lives as long as the gateway: a reaction there, or a race with it, keeps all it knows.
      const { promise, settle } = whenSettled();
      const work: AtWork = {
        process: asked,
        planner,
        startedMs: performance.now(),
        call,
        settle,
        isLate: false,
      };
      this.#atWork = work;
      limit = setTimeout(() => {
        work.isLate = true;
        asked.kill();
      }, limitMs);
      asked.send(message);
      const outcome = await promise;
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
  async #started(hasTried = false): Promise<Running | Ended> {
    const rest = this.#rest;
    if (rest !== undefined && this.#nowMs() < rest.untilMs)
      return { kind: 'ended', said: rest.said, hasRun: false, wasTaken: false };
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
      if (end.wasTaken && !hasTried) return await this.#started(true);
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
    return { kind: 'ended', said, hasRun: false, wasTaken: false };
  }

  #start(tellBegun: () => void): Running {
    let hasBegun = false;
    const started: Running = new ContainedProcess<ToPlanning, FromPlanning>(
      { program: this.#program, memoryBytes, workDir: tmpdir() },
      (answer) => {
        // One that was given up may have answered at the same time.
        if (this.#process !== started) return;
        if (answer.kind === 'begun') {
          hasBegun = true;
          tellBegun();
        } else if (this.#atWork?.process === started) this.#atWork.settle(answer);
      },
    );
    // Whenever it ends: the next question is asked of another one, and is not blamed.
    started.ended.then((end) => {
      this.#ends.set(started, end);
      if (this.#process === started) this.#process = undefined;
      const work = this.#atWork?.process === started ? this.#atWork : undefined;
      work?.settle(endedOf(end, work.isLate));
      if (hasBegun && !this.#dismissed.has(started)) this.#tellOf(end, work);
    });
    started.unref();
    this.#process = started;
    return started;
  }

  /** Names the operation that it was at, if it was. */
  #tellOf({ kind, wasTaken, said }: ContainedEnd, work: AtWork | undefined): void {
    const { log, figures } = work?.call?.watch ?? this.#watch;
    // Nothing else is a reason to kill it.
    const reason = kind === 'killed' ? 'late' : wasTaken ? 'taken' : kind;
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
}

function endedOf({ said, wasTaken }: ContainedEnd, isLate: boolean): Ended {
  return { kind: isLate ? 'late' : 'ended', said, hasRun: true, wasTaken };
}

function whenSettled(): {
  readonly promise: Promise<FromPlanning | Ended>;
  readonly settle: AtWork['settle'];
} {
  let settle: AtWork['settle'] = () => undefined;
  const promise = new Promise<FromPlanning | Ended>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
}
