import type { ReactNode } from 'react';
import { Button } from '../elements/Button.tsx';

/** What can be done with what starts runs: a schedule, a trigger or a hook. `children`: what only one of them has. */
export function RowActions({
  name,
  enabled,
  onToggle,
  onDelete,
  children,
}: {
  readonly name: string;
  readonly enabled: boolean;
  readonly onToggle: () => Promise<unknown>;
  readonly onDelete: () => void;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <span className="row-actions">
      <Button look="quiet" icon={enabled ? 'pause' : 'play'} onClick={onToggle}>
        {enabled ? 'Pause' : 'Resume'}
        <span className="only-heard"> {name}</span>
      </Button>
      {children}
      <Button look="quiet" icon="trash" aria-label={`Delete ${name}`} title="Delete" onClick={onDelete} />
    </span>
  );
}
