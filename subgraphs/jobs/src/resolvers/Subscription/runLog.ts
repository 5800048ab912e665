import { CodedError, isId } from '@tributary/runtime';
import type { RunLogLine, RunLogLines, SubscriptionRunLogArgs } from '../../generated/schema.ts';
import type { SubscriptionField } from '../subscription-field.ts';

/** The opening call refuses a run that is not there; each later one is an event's lines. */
export const runLog: SubscriptionField<SubscriptionRunLogArgs, RunLogLines> = async (
  _root,
  { runId },
  context,
) => {
  const { stream, principal, loaders } = context;
  if (stream === undefined) {
    const run = isId(runId) ? await loaders.runs.load(runId) : null;
    if (run === null) throw new CodedError('NOT_FOUND', 'There is no such run.');
    return null;
  }
  const { event, cursor } = stream;
  const data = event.data as { readonly runId: string; readonly lines: RunLogLine[] };
  if (event.workspaceid !== principal.workspaceId || data.runId !== runId) return null;
  return { cursor, lines: data.lines };
};
