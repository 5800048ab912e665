import type { CallContext, IsOperator } from '@tributary/subgraph-kit';
import type { FilesCore } from './core.ts';
import type { Loaders } from './loaders/loaders.ts';
import type { ShownPreviews } from './loaders/shown-previews.ts';

export interface Context extends CallContext {
  readonly core: FilesCore;
  readonly loaders: Loaders;
  readonly previews: ShownPreviews;
  readonly isOperator: IsOperator;
}
