import type { ReactNode } from 'react';
import { EmptyState } from '../elements/EmptyState.tsx';

export function NoEventKinds(): ReactNode {
  return (
    <div className="panel">
      <EmptyState icon="pulse" title="No kinds of events are declared">
        Describe one in <code>schema/tracking</code>: from then on <code>track</code> takes it, and it can be
        asked about here.
      </EmptyState>
    </div>
  );
}
