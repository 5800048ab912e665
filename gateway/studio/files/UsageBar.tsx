import type { ReactNode } from 'react';
import { workspaceUsageQuery } from '../generated/operations.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import { readableSize } from './file-facts.ts';
import { useFileChanges } from './use-file-changes.ts';

/** How much of the workspace's room is taken. */
export function UsageBar(): ReactNode {
  const [{ data }, reload] = useReloadable({
    query: workspaceUsageQuery,
    requestPolicy: 'cache-and-network',
  });
  useFileChanges(reload);
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
