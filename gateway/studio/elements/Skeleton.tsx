import type { ReactNode } from 'react';

/** Where rows will be, while they are on their way. */
export function Skeleton({
  rows = 8,
  label = 'Loading',
}: {
  readonly rows?: number;
  readonly label?: string;
}): ReactNode {
  return (
    <div className="skeleton" role="status">
      <span className="only-heard">{label} …</span>
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: bars are all alike and never move.
        <div key={index} className="skeleton-bar" data-length={index % 4} />
      ))}
    </div>
  );
}
