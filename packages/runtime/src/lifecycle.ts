import { once } from 'node:events';
import type { ProcessLog } from './log.ts';
import { endProcess } from './process-end.ts';

/** How long the last lines may take where a process ends at once. */
const lastLinesMs = 1_000;

/**
 * Things that must be closed, closed in the reverse order of their opening.
 * One failing close does not keep the others open; the first failure is thrown at the end.
 */
export class Closing implements AsyncDisposable {
  readonly #steps: { name: string; close: () => unknown }[] = [];
  readonly #stop = new AbortController();
  #closed: Promise<void> | undefined;

  /** Aborts as soon as the process is asked to stop: for what a start waits long for. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** From here on nothing more is opened: `use` and `defer` still register, and then throw. */
  stopOpening(): void {
    this.#stop.abort(new Error('it was asked to stop'));
  }

  /** Registers a resource and hands it back, so that opening and registering are one line. @throws once the process is asked to stop */
  use<Resource extends AsyncDisposable | Disposable>(name: string, resource: Resource): Resource {
    this.defer(name, () =>
      Symbol.asyncDispose in resource ? resource[Symbol.asyncDispose]() : resource[Symbol.dispose](),
    );
    return resource;
  }

  defer(name: string, close: () => unknown): void {
    this.#steps.push({ name, close });
    this.signal.throwIfAborted();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#closeAll();
    await this.#closed;
  }

  async #closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#steps.reverse()) {
      try {
        await step.close();
      } catch (cause) {
        failures.push(new Error(`closing ${step.name} failed`, { cause }));
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

export interface RunOptions {
  readonly log: ProcessLog;
  /** Milliseconds a graceful stop may take before the process exits with 1. */
  readonly drainMs: number;
}

/**
 * Runs a process until SIGINT, SIGTERM, SIGHUP or the death of a parent that keeps a channel to it, then closes in reverse. A signal during
 * the start ends it with the next thing it opens, and is no failure. A second signal, or a stop that takes too long, exits at once. A failing start closes what was
 * opened and rethrows.
 */
export async function runUntilSignal(
  start: (closing: Closing) => Promise<void>,
  options: RunOptions,
): Promise<void> {
  const closing = new Closing();
  let stop: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  let overdue: Promise<void> | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (overdue !== undefined) return void endProcess(options.log, 130, lastLinesMs);
    options.log.info({ signal }, 'stopping');
    overdue = timeUp(options.drainMs).then(() => {
      options.log.error({ drainMs: options.drainMs }, 'stopping took too long');
      return endProcess(options.log, 1, lastLinesMs);
    });
    closing.stopOpening();
    stop();
  };
  const onOrphaned = (): void => onSignal('SIGTERM');
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  // A terminal that is closed.
  process.on('SIGHUP', onSignal);
  process.on('disconnect', onOrphaned);
  process.channel?.unref();
  try {
    await Promise.race([start(closing), nothingLeft()]);
  } catch (cause) {
    const closed = closing[Symbol.asyncDispose]().catch(() => undefined);
    await Promise.race([closed, timeUp(options.drainMs)]);
    if (closing.signal.aborted) return;
    throw cause;
  }
  await stopped;
  await closing[Symbol.asyncDispose]();
}

/** Resolves after `ms`, or as soon as the process has nothing left to do: what it waits for will not come then. */
async function timeUp(ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
    timer.unref();
  });
  // It says so once a turn, and this one's may be over.
  setImmediate(() => undefined);
  await Promise.race([passed, once(process, 'beforeExit')]);
  clearTimeout(timer);
}

/** Node ends a process that waits for nothing without a word, and with code 13. */
async function nothingLeft(): Promise<never> {
  await once(process, 'beforeExit');
  throw new Error('it waits for something that does not come');
}
