import { byReference, type ResolvedByReference } from '@tributary/subgraph-kit';
import type { Context } from '../context.ts';
import type { TriggerResolvers } from '../generated/schema.ts';
import type { TriggerRecord } from '../mappers.ts';

export const Trigger: TriggerResolvers & ResolvedByReference<TriggerRecord, Context> = {
  __resolveReference: (reference, { loaders }) => byReference(loaders.triggers, reference),
  subject: ({ subject }) => (subject === '' ? null : subject),
  input: ({ request }) => request.input,
  queue: ({ request }) => request.queue,
  priority: ({ request }) => request.priority ?? 0,
  lastError: ({ errorCode, errorMessage }) =>
    errorCode === null ? null : { code: errorCode, message: errorMessage ?? '' },
};
