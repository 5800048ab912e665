import type { Relational } from '@tributary/engines/relational';
import { openSetUp } from '@tributary/identity';
import type { AssertionMinter } from '@tributary/subgraph-kit';
import type { ProductConfig } from './config.ts';
import type { Secrets } from './secrets.ts';

/** What a start answers. */
export interface Started {
  readonly url: string;
  readonly relational: Relational;
  /** Proves to the gateway that this process asks. */
  readonly minter: AssertionMinter;
  /** What the first owner shows; undefined once there is one. */
  readonly setUpToken: () => Promise<string | undefined>;
}

export function setUpTokenOf(
  relational: Relational,
  config: ProductConfig,
  { sealingKey }: Secrets,
): Started['setUpToken'] {
  return () => openSetUp({ relational, sealingKey, operatorWorkspace: config.defaultWorkspace });
}
