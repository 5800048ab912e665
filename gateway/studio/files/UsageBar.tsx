import type { ReactNode } from 'react';
import { useQuery } from 'urql';
import { workspaceUsageQuery } from '../generated/operations.ts';
import { readableSize } from './file-facts.ts';
import { useFileChanges } from './use-file-changes.ts';

/** How much of the workspace's room is taken. */
export function UsageBar(): ReactNode {
  const [{ data }, again] = useQuery({ query: workspaceUsageQuery, requestPolicy: 'cache-and-network' });
  useFileChanges(() => again({ requestPolicy: 'network-only' }));
  if (data === undefined) return null;
  const { usedBytes, reservedBytes, quotaBytes } = data.workspaceUsage;
  const taken = usedBytes + reservedBytes;
  return (
    <p className="usage">
      <meter aria-label="Room taken" max={quotaBytes} high={quotaBytes * 0.9} value={taken} />
      <span className="faint numeric">
        {readableSize(taken)} of {readableSize(quotaBytes)}
      </span>
    </p>
  );
}
