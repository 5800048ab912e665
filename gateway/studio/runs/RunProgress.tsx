import type { ReactNode } from 'react';
import type { RunState } from '../generated/operations.ts';

const numbers = new Intl.NumberFormat('en');

/** How far a run is, as a bar where its end is known, and in the words of the job. */
export function RunProgress({
  progress,
  state,
  label,
}: {
  readonly progress: {
    readonly done: number;
    readonly total: number | null;
    readonly message: string | null;
  };
  readonly state: RunState;
  readonly label: string;
}): ReactNode {
  const { done, total, message } = progress;
  if (done === 0 && total === null && message === null) return <span className="nothing">–</span>;
  return (
    <span className="run-progress" data-state={state}>
      {total !== null && total > 0 && (
        <progress aria-label={`Progress of ${label}`} max={total} value={Math.min(done, total)} />
      )}
      <span className="faint numeric">
        {numbers.format(done)}
        {total !== null && ` of ${numbers.format(total)}`}
        {message !== null && ` · ${message}`}
      </span>
    </span>
  );
}
