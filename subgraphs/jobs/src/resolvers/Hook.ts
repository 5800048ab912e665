import { byReference, type ResolvedByReference } from '@tributary/subgraph-kit';
import type { Context } from '../context.ts';
import type { HookResolvers } from '../generated/schema.ts';
import type { HookRecord } from '../mappers.ts';

export const Hook: HookResolvers & ResolvedByReference<HookRecord, Context> = {
  __resolveReference: (reference, { loaders }) => byReference(loaders.hooks, reference),
  path: ({ id }) => `/hooks/${id}`,
  queue: ({ request }) => request.queue,
  priority: ({ request }) => request.priority ?? 0,
  secrets: async ({ id }, _args, { loaders }) => [...(await loaders.hookSecrets.load(id))],
};
