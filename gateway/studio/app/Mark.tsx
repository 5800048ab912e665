import type { ReactNode } from 'react';

/** Streams that become one. */
export function Mark(): ReactNode {
  return (
    <svg className="mark" viewBox="0 0 32 32" width="28" height="28" fill="none" aria-hidden="true">
      <rect width="32" height="32" rx="8" className="mark-ground" />
      <path
        d="M8 7c0 6 8 5 8 11v8M24 7c0 6-8 5-8 11M16 6v8"
        className="mark-streams"
        strokeWidth="2.5"
        strokeLinecap="round"
      />
    </svg>
  );
}
