import type { CallContext } from '@tributary/subgraph-kit';
import type { JobsCore } from './core.ts';
import type { Loaders } from './loaders/loaders.ts';

export interface Context extends CallContext {
  readonly core: JobsCore;
  readonly loaders: Loaders;
}
