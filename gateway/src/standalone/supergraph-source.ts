import { readFile } from 'node:fs/promises';
import { CodedError, faultSentence, type Logger } from '@tributary/runtime';
import type { GatewayArguments } from './arguments.ts';
import { type Composing, composeFile } from './compose-file.ts';
import { SeenFiles } from './seen-files.ts';

type Source = GatewayArguments['source'];

/** Notifications tell some changes of files, a look twice a second tells all. */
const everyMs = 500;
/** Subgraphs that could not be asked, or told what has a fault, are asked again after so long, whatever files say. */
const againMs = 3_000;
/** What takes long to compose, and has a fault, rests for so many times as long. */
const restShare = 5;

/**
 * What it is made from is kept in `seen`, whatever is wrong with it.
 * @throws CodedError CONFIG_INVALID or SUBGRAPH_UNAVAILABLE saying what is wrong with what was named.
 */
export async function readSupergraph(
  source: Source,
  seen: SeenFiles,
  composing: Composing = {},
): Promise<string> {
  if ('compose' in source) return composeFile(source.compose, seen, composing);
  const { supergraph: path } = source;
  await seen.look(path);
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new CodedError('CONFIG_INVALID', `The supergraph ${path} cannot be read (${reason}).`, { cause });
  }
}

/**
 * Hands over each new supergraph, one after the other, beginning with what changed since `seen`. What is no supergraph is logged, and the
 * one in force stays until what was named by the faulty one changes, or what may have passed has.
 */
export function followSupergraph(
  source: Source,
  seen: SeenFiles,
  {
    replace,
    log,
    ...composing
  }: {
    readonly replace: (sdl: string) => Promise<void>;
    readonly log: Logger;
  } & Omit<Composing, 'signal'>,
): AsyncDisposable {
  let known = seen;
  const closing = new AbortController();
  const { signal } = closing;
  let timer: NodeJS.Timeout | undefined;
  let againAtMs = Number.POSITIVE_INFINITY;
  let toldReason: string | undefined;
  const look = async (): Promise<void> => {
    const isAgain = performance.now() >= againAtMs;
    if (!isAgain && !(await known.haveChanged())) return;
    againAtMs = Number.POSITIVE_INFINITY;
    known = new SeenFiles();
    const startedMs = performance.now();
    try {
      await replace(await readSupergraph(source, known, { ...composing, signal }));
      log.info({}, 'serves the supergraph as it is now');
    } catch (err) {
      if (signal.aborted) return;
      const reason = faultSentence(err);
      const nowMs = performance.now();
      if (err instanceof CodedError && err.retryable) againAtMs = nowMs + againMs;
      // Of what subgraphs tell, no file shows that it is another.
      else if (known.isTold) againAtMs = nowMs + Math.max(againMs, restShare * (nowMs - startedMs));
      // What is tried again and again is told once.
      if (isAgain && reason === toldReason) return;
      toldReason = reason;
      log.error({ err, reason }, 'the supergraph has a fault; the one before stays in force');
    }
  };
  const turn = async (): Promise<void> => {
    await look();
    if (!signal.aborted) timer = setTimeout(begin, everyMs);
  };
  let running = turn();
  function begin(): void {
    running = turn();
  }
  return {
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      clearTimeout(timer);
      await running;
    },
  };
}
