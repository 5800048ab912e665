import { usePaced } from '../elements/use-paced.ts';
import { fileChangedSubscription } from '../generated/operations.ts';
import { useFollowing } from '../graph/use-following.ts';

/** A burst of changes is read once, one without end every so often. */
const waits = { soonMs: 250, everyMs: 1_000 };
const everyFile = {};

/** Calls when files of the workspace changed, whoever changed them, and once when one begins to hear of it: what is shown may be older. */
export function useFileChanges(onChange: () => void): void {
  const changed = usePaced(onChange, waits);
  useFollowing(fileChangedSubscription, everyFile, { begun: onChange, next: changed });
}
