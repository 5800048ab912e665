import type { RunPrincipal } from '@tributary/job-queue';
import type { Principal } from '@tributary/subgraph-kit';

/** What is kept of a principal for the runs that act for it. */
export function runPrincipal({ kind, id, role, scopes }: Principal): RunPrincipal {
  return { kind, id, role, scopes };
}
