import { tmpdir } from 'node:os';
import { CodedError, type ErrorCode } from '@tributary/runtime';
import { ContainedProcess, programBeside } from '../contained-process/contained-process.ts';
import type { TreeNode } from './parse-tree.ts';

export interface ToParser {
  readonly sql: string;
  /** In lower case. */
  readonly tables: readonly string[];
}

export interface FromParser {
  readonly ready?: true;
  readonly tree?: TreeNode;
  readonly fault?: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly details: Readonly<Record<string, unknown>>;
  };
}

/** Resident memory of Node and DuckDB, with room for the largest tree. */
const memoryBytes = 400_000_000;
/** The longest statement takes milliseconds. */
const patienceMs = 30_000;

interface Waiting {
  readonly resolve: (message: FromParser) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Parses SQL that users wrote in a process apart, one statement at a time, so that one which ends the process ends only itself. The process starts with the
 * first statement, and anew after it ended.
 */
export class SubsetParser implements AsyncDisposable {
  #process: Promise<ContainedProcess<ToParser, FromParser>> | undefined;
  #waiting: Waiting | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** The tree of one SELECT of the subset over these tables. @throws CodedError QUERY_INVALID, QUERY_NOT_ALLOWED, QUERY_TOO_LARGE */
  parse(sql: string, tables: readonly string[]): Promise<TreeNode> {
    const answer = this.#turn.then(() =>
      this.#ask({ sql, tables: tables.map((name) => name.toLowerCase()) }),
    );
    this.#turn = answer.catch(() => undefined);
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const running = await this.#process?.catch(() => undefined);
    await running?.[Symbol.asyncDispose]();
  }

  async #ask(question: ToParser): Promise<TreeNode> {
    this.#process ??= this.#start();
    const running = await this.#process;
    const { tree, fault } = await this.#answer(() => running.send(question), running);
    if (fault !== undefined) throw new CodedError(fault.code, fault.message, { details: fault.details });
    if (tree === undefined) throw new CodedError('INTERNAL', 'The parser gave no answer.');
    return tree;
  }

  async #start(): Promise<ContainedProcess<ToParser, FromParser>> {
    if (this.#closed) throw new CodedError('ENGINE_UNAVAILABLE', 'The batch engine is closed.');
    const program = programBeside(import.meta.url, 'subset-parser-child');
    const running = new ContainedProcess<ToParser, FromParser>(
      { program, memoryBytes, workDir: tmpdir() },
      (message) => this.#waiting?.resolve(message),
    );
    running.ended.then(({ kind, said, wasTaken }) => {
      this.#process = undefined;
      const cause = new Error(`the parser ended (${kind}): ${said}`);
      this.#waiting?.reject(
        wasTaken
          ? new CodedError('ENGINE_UNAVAILABLE', 'The parser ended before its answer.', { cause })
          : kind === 'exited'
            ? new CodedError('INTERNAL', 'The parser ended before its answer.', { cause })
            : new CodedError('QUERY_TOO_LARGE', 'The query is too complex to be read.', { cause }),
      );
    });
    await this.#answer(() => undefined, running);
    running.unref();
    return running;
  }

  #answer(begin: () => void, running: ContainedProcess<ToParser, FromParser>): Promise<FromParser> {
    const timer = setTimeout(() => running.kill(), patienceMs);
    return new Promise<FromParser>((resolve, reject) => {
      this.#waiting = { resolve, reject };
      begin();
    }).finally(() => {
      clearTimeout(timer);
      this.#waiting = undefined;
    });
  }
}
