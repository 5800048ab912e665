import type { QueryResolvers, RestUsage } from '../../generated/schema.ts';
import { readUsage } from '../../usecases/read-usage.ts';
import type { UsageEntry } from '../../usecases/usage-counter.ts';

export const restUsage: QueryResolvers['restUsage'] = async (_parent, args, { principal, usage }) => {
  const page = await readUsage(usage, principal.workspaceId, args);
  return {
    pageInfo: page.pageInfo,
    nodes: page.nodes.map(shown),
    edges: page.edges.map(({ cursor, node }) => ({ cursor, node: shown(node) })),
  };
};

function shown({ day, ...counts }: Readonly<UsageEntry>): RestUsage {
  return { ...counts, day: `${day}T00:00:00.000Z` };
}
