import type { CallContext, RefusalSink } from '@tributary/subgraph-kit';
import type { IdentityCore } from './core.ts';
import type { Loaders } from './loaders/loaders.ts';

export interface Context extends CallContext {
  /** When the operation began, on the monotonic clock. */
  readonly askedAtMs: number;
  readonly core: IdentityCore;
  readonly loaders: Loaders;
  readonly refusals: RefusalSink;
}
