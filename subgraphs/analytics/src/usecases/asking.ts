import type { CallContext } from '@tributary/subgraph-kit';

/** Who asks, and the signal that they wait no longer. */
export type Asking = Pick<CallContext, 'principal' | 'signal'>;
