import type { Trouble, Ways } from '../../real-engines/ways.ts';

const ends = ['sql-gateway', 'job-manager'] as const;

/** The URL of the same Flink by ways that can be troubled, to both addresses at which it answers. */
export async function byWaysToFlink(ways: Ways, flinkUrl: string): Promise<string> {
  const [gateway, jobManager] = ends;
  const url = new URL(await ways.through(gateway, flinkUrl));
  const direct = `http://${url.searchParams.get('jobManager')}`;
  url.searchParams.set('jobManager', new URL(await ways.through(jobManager, direct)).host);
  return url.href;
}

/** Both ways are bad until it is disposed. */
export async function troubledWays(ways: Ways | undefined, trouble: Trouble): Promise<AsyncDisposable> {
  if (ways === undefined) throw new Error('there is no proxy');
  const troubled: AsyncDisposable[] = [];
  for (const end of ends) troubled.push(await ways.trouble(end, trouble));
  return {
    [Symbol.asyncDispose]: async () => {
      for (const each of troubled) await each[Symbol.asyncDispose]();
    },
  };
}
