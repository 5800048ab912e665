import { readFile } from 'node:fs/promises';
import { CodedError, faultSentence, type Logger } from '@tributary/runtime';
import type { GatewayArguments } from './arguments.ts';
import { composeFile } from './compose-file.ts';
import { watchedFiles } from './watched-files.ts';

type Source = GatewayArguments['source'];

/** @throws CodedError CONFIG_INVALID or SUBGRAPH_UNAVAILABLE saying what is wrong with what was named. */
export async function readSupergraph(source: Source): Promise<{ sdl: string; files: readonly string[] }> {
  if ('compose' in source) return composeFile(source.compose);
  const { supergraph: path } = source;
  try {
    return { sdl: await readFile(path, 'utf8'), files: [path] };
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new CodedError('CONFIG_INVALID', `The supergraph ${path} cannot be read (${reason}).`, { cause });
  }
}

/** Hands over each new supergraph, one after the other. What is no supergraph is logged, and the one in force stays. */
export function followSupergraph(
  source: Source,
  files: readonly string[],
  { replace, log }: { readonly replace: (sdl: string) => Promise<void>; readonly log: Logger },
): AsyncDisposable {
  let watched = files;
  let running: Promise<void> | undefined;
  let isStale = false;
  const reload = async (): Promise<void> => {
    while (isStale) {
      isStale = false;
      try {
        const found = await readSupergraph(source);
        await replace(found.sdl);
        if (found.files.join('\n') !== watched.join('\n')) watch(found.files);
        log.info({}, 'serves the supergraph as it is now');
      } catch (err) {
        const reason = faultSentence(err);
        log.error({ err, reason }, 'the supergraph has a fault; the one before stays in force');
      }
    }
    running = undefined;
  };
  const onChange = (): void => {
    isStale = true;
    running ??= reload();
  };
  let watching = watchedFiles(watched, onChange);
  const watch = (next: readonly string[]): void => {
    watching[Symbol.dispose]();
    watched = next;
    watching = watchedFiles(watched, onChange);
  };
  return {
    [Symbol.asyncDispose]: async () => {
      watching[Symbol.dispose]();
      await running;
    },
  };
}
