import type { RunSummary } from '@tributary/job-queue';
import { fits, runCriteria } from '../../domain/run-where.ts';
import type { RunChange, SubscriptionRunChangedArgs } from '../../generated/schema.ts';
import type { SubscriptionField } from '../subscription-field.ts';

/** Executed once for each event, and once before the first, which checks `where`. Null: not for this subscriber. */
export const runChanged: SubscriptionField<SubscriptionRunChangedArgs, RunChange> = async (
  _root,
  { where },
  context,
) => {
  const criteria = runCriteria(where);
  const { stream, principal, loaders } = context;
  if (stream === undefined) return null;
  const { event, cursor } = stream;
  if (event.workspaceid !== principal.workspaceId) return null;
  const { after } = event.data as { readonly after: RunSummary };
  if (!fits(criteria, after as unknown as Readonly<Record<string, unknown>>)) return null;
  const run = await loaders.runs.load(after.id);
  // Forgotten meanwhile: what is told of it would lead nowhere.
  if (run === null) return null;
  const { state, attempt, progressDone: done, progressTotal: total, progressMessage: message } = after;
  return {
    cursor,
    type: event.type,
    at: event.time,
    state,
    attempt,
    progress: { done, total, message },
    run,
  };
};
