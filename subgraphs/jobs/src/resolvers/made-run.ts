import { CodedError } from '@tributary/runtime';
import type { RunRecord } from '../adapters/run-table.ts';
import type { Context } from '../context.ts';

/** The run a mutation has made or changed, as it is after the commit. */
export async function madeRun({ loaders }: Context, id: string): Promise<RunRecord> {
  loaders.payloads.clear(id);
  const run = await loaders.runs.clear(id).load(id);
  if (run === null) throw new CodedError('NOT_FOUND', 'There is no such run.');
  return run;
}
