import { setTimeout as delay } from 'node:timers/promises';
import { CodedError, type Logger } from '@tributary/runtime';
import { type Child, type ChildOptions, startChild } from './child-process.ts';

export interface SupervisedChild extends AsyncDisposable {
  /** Resolves when the part died too often to be started again; never otherwise. */
  readonly gaveUp: Promise<CodedError>;
}

/** The delay doubles with each death within the window; one more than `most` deaths, and it is given up. What cannot start because an engine is away has not died. */
export interface RestartPolicy {
  readonly most: number;
  readonly withinMs: number;
  readonly firstDelayMs: number;
}

const patient: RestartPolicy = { most: 5, withinMs: 60_000, firstDelayMs: 250 };
/** A part that lacks an engine is started again this often at the least, for as long as the engine is away. */
const longestDelayMs = 5_000;

/**
 * Starts a part, and again whenever it ends by itself, or could not start for lack of an engine: meanwhile the graph lacks its fields only.
 * @throws CodedError when the first start fails
 */
export async function superviseChild(
  options: ChildOptions,
  { log, policy = patient }: { readonly log: Logger; readonly policy?: RestartPolicy },
): Promise<SupervisedChild> {
  const { name } = options;
  const stopping = new AbortController();
  const stopped = new Promise<void>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  let child: Child | undefined = await startChild(options);
  /** Answers whether it cannot start because an engine is away. */
  const outlive = async (delayMs: number): Promise<boolean> => {
    log.warn({ reason: `the process of ${name} ended`, delayMs }, 'starting it again');
    const { signal } = stopping;
    try {
      child = undefined;
      await delay(delayMs, undefined, { signal });
      child = await startChild({ ...options, signal });
    } catch (err) {
      if (signal.aborted) return false;
      log.warn({ err }, `${name} could not be started again`);
      return err instanceof CodedError && err.code === 'ENGINE_UNAVAILABLE';
    }
    return false;
  };
  const watch = async (report: (error: CodedError) => void): Promise<void> => {
    let deaths: readonly number[] = [];
    while (!stopping.signal.aborted) {
      await Promise.race([child?.ended, stopped]);
      if (stopping.signal.aborted) return;
      const nowMs = performance.now();
      deaths = [...deaths.filter((atMs) => nowMs - atMs < policy.withinMs), nowMs];
      if (deaths.length > policy.most) return report(givenUp(name, policy));
      let lacksEngine = await outlive(policy.firstDelayMs * 2 ** (deaths.length - 1));
      for (let starts = 1; lacksEngine && !stopping.signal.aborted; starts += 1)
        lacksEngine = await outlive(Math.min(longestDelayMs, policy.firstDelayMs * 2 ** starts));
    }
  };
  let watching: Promise<void> = Promise.resolve();
  const gaveUp = new Promise<CodedError>((resolve) => {
    watching = watch(resolve);
  });
  return {
    gaveUp,
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await watching;
      await child?.[Symbol.asyncDispose]();
    },
  };
}

function givenUp(name: string, { most, withinMs }: RestartPolicy): CodedError {
  return new CodedError(
    'SUBGRAPH_UNAVAILABLE',
    `The process of ${name} ended ${most + 1} times within ${withinMs / 1000} s, so everything is stopped; its last lines say why.`,
  );
}
