import { isId } from '@tributary/runtime';
import type { ResolvedByReference } from '@tributary/subgraph-kit';
import type { Context } from '../context.ts';
import type { RunResolvers } from '../generated/schema.ts';
import type { NamedRun } from '../mappers.ts';
import { filePage } from './pages.ts';

/** Whether it exists is for jobs; what does not has made nothing. */
export const Run: RunResolvers & ResolvedByReference<NamedRun, Context> = {
  __resolveReference: ({ id }) => (isId(id) ? Promise.resolve({ id }) : null),
  files: ({ id }, args, context) => {
    const { workspaceId } = context.principal;
    return filePage(context, { workspaceId, filter: undefined, trashed: false, runId: id }, args);
  },
};
