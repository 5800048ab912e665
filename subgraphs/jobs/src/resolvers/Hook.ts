import type { HookResolvers } from '../generated/schema.ts';
import type { HookRecord } from '../mappers.ts';
import { byReference, type ResolvedByReference } from './reference.ts';

export const Hook: HookResolvers & ResolvedByReference<HookRecord> = {
  __resolveReference: (reference, { loaders }) => byReference(loaders.hooks, reference),
  path: ({ id }) => `/hooks/${id}`,
  queue: ({ request }) => request.queue,
  priority: ({ request }) => request.priority ?? 0,
  secrets: async ({ id }, _args, { loaders }) => [...(await loaders.hookSecrets.load(id))],
};
