import { tmpdir } from 'node:os';
import {
  type ContainedEnd,
  ContainedProcess,
  programBeside,
} from '@tributary/engines/contained-process/contained-process';
import { CodedError } from '@tributary/runtime';
import type { PlanningLog } from './planning-figures.ts';
import type { SupergraphForms } from './supergraph-forms.ts';
import type { ComposedService, FromReading, ToReading } from './supergraph-messages.ts';
import { readingWork, supergraphWork } from './supergraph-work.ts';

/** Makes supergraphs, and reads them. */
export interface SupergraphReading {
  /** @throws CodedError CONFIG_INVALID saying why they do not compose, OVERLOADED where that cannot be said at the moment */
  compose(services: readonly ComposedService[]): Promise<string>;
  /** One that is trusted was validated by whoever composed it. @throws CodedError as `compose` */
  read(sdl: string, trust?: { readonly isTrusted: boolean }): Promise<SupergraphForms>;
}

/** Composes in this process: for when it has nothing else to do. @throws CodedError CONFIG_INVALID */
export async function composeHere(services: readonly ComposedService[]): Promise<string> {
  return supergraphIn(await supergraphWork({ kind: 'compose', services }));
}

/** Reads in this process, likewise. @throws CodedError CONFIG_INVALID */
export function readHere(sdl: string): SupergraphForms {
  return formsIn(readingWork({ kind: 'read', sdl, isTrusted: false }));
}

const memoryBytes = 2 * 1024 * 1024 * 1024;
/** What is not done by then is given up, milliseconds. */
const longestMs = 300_000;
/** What composes is read next: the process stays for that, and goes then with all the memory it took. */
const idleMs = 10_000;

type Running = ContainedProcess<ToReading, FromReading>;

interface Question {
  readonly settle: (outcome: FromReading | ContainedEnd) => void;
}

export interface SupergraphProcessOptions {
  readonly log: PlanningLog;
  readonly idleMs?: number;
  /** What runs in it. */
  readonly program?: URL;
}

/**
 * Composes and reads in a process of its own, which is there while it is needed: what takes seconds for a large graph holds up nobody who asks meanwhile. Apart
 * from the process that plans, so that new operations are planned meanwhile. Where no process can be started it is done in this one.
 */
export class SupergraphProcess implements SupergraphReading, AsyncDisposable {
  readonly #log: PlanningLog;
  readonly #idleMs: number;
  readonly #program: URL;
  #process: Running | undefined;
  #hasBegun = false;
  #question: Question | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor({
    log,
    idleMs: idle = idleMs,
    program = programBeside(import.meta.url, 'supergraph-child'),
  }: SupergraphProcessOptions) {
    this.#log = log;
    this.#idleMs = idle;
    this.#program = program;
  }

  /** Of the process while there is one. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async compose(services: readonly ComposedService[]): Promise<string> {
    return supergraphIn(await this.#inTurn({ kind: 'compose', services }));
  }

  async read(sdl: string, { isTrusted } = { isTrusted: false }): Promise<SupergraphForms> {
    return formsIn(await this.#inTurn({ kind: 'read', sdl, isTrusted }));
  }

  /** What is asked is given up. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    const ended = this.#end();
    this.#question?.settle({ kind: 'killed', wasTaken: false, said: '' });
    await ended;
  }

  #inTurn(asked: ToReading): Promise<FromReading> {
    const answer = this.#last.then(() => this.#answered(asked));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #answered(asked: ToReading): Promise<FromReading> {
    clearTimeout(this.#idle);
    if (this.#isClosed) throw interrupted('The gateway stops.');
    const outcome = await this.#ask(asked);
    if (!('said' in outcome)) {
      this.#idle = setTimeout(() => void this.#end(), this.#idleMs).unref();
      return outcome;
    }
    if (this.#isClosed) throw interrupted('The gateway stops.');
    if (outcome.wasTaken)
      throw interrupted('The process that composes and reads supergraphs was ended from outside.');
    if (!this.#hasBegun) {
      this.#log.warn(
        { reason: outcome.said },
        'no process starts in which to read the supergraph: it is read in this one',
      );
      return supergraphWork(asked);
    }
    const what =
      asked.kind === 'compose' ? 'The subgraphs cannot be composed' : 'The supergraph cannot be read';
    throw new CodedError('CONFIG_INVALID', `${what} with the time and the memory there is for it.`, {
      details: { reason: outcome.kind },
      cause: new Error(outcome.said),
    });
  }

  async #ask(asked: ToReading): Promise<FromReading | ContainedEnd> {
    // It keeps this process alive while somebody waits, which the other one does not.
    const limit = setTimeout(() => this.#process?.kill(), longestMs);
    try {
      return await new Promise((settle) => {
        this.#question = { settle };
        this.#started().send(asked);
      });
    } catch (error) {
      // Of memory or descriptors there are no more, or none may be started.
      return { kind: 'crashed', wasTaken: false, said: String(error) };
    } finally {
      clearTimeout(limit);
      this.#question = undefined;
    }
  }

  #started(): Running {
    if (this.#process !== undefined) return this.#process;
    this.#hasBegun = false;
    const started: Running = new ContainedProcess<ToReading, FromReading>(
      { program: this.#program, memoryBytes, workDir: tmpdir() },
      (answer) => {
        if (this.#process !== started) return;
        if (answer.kind === 'begun') this.#hasBegun = true;
        else this.#question?.settle(answer);
      },
    );
    started.ended.then((end) => {
      if (this.#process !== started) return;
      this.#process = undefined;
      this.#question?.settle(end);
    });
    started.unref();
    this.#process = started;
    return started;
  }

  /** Whoever asks meanwhile asks another one. */
  async #end(): Promise<void> {
    clearTimeout(this.#idle);
    const process = this.#process;
    this.#process = undefined;
    await process?.[Symbol.asyncDispose]();
  }
}

function supergraphIn(answer: FromReading): string {
  if (answer.kind === 'composed') return answer.supergraphSdl;
  throw faultIn(answer, '');
}

function formsIn(answer: FromReading): SupergraphForms {
  if (answer.kind === 'read') return answer.forms;
  throw faultIn(answer, 'That is no supergraph: ');
}

function faultIn(answer: FromReading, what: string): Error {
  if (answer.kind === 'fault') return new CodedError('CONFIG_INVALID', `${what}${answer.message}`);
  return new TypeError(`asked for something else than ${answer.kind}`);
}

function interrupted(message: string): CodedError {
  return new CodedError('OVERLOADED', message, { details: { retryAfterSeconds: 1 } });
}
