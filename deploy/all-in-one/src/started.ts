import type { Relational } from '@tributary/engines/relational';
import { openSetUp } from '@tributary/identity';
import type { ProductConfig } from './config.ts';
import type { Secrets } from './secrets.ts';

/** What a start answers. */
export interface Started {
  readonly url: string;
  /** What the first owner shows; undefined when there is one. */
  readonly setUpToken: string | undefined;
}

export async function setUpTokenOf(
  relational: Relational,
  config: ProductConfig,
  { sealingKey }: Secrets,
): Promise<string | undefined> {
  return openSetUp({ relational, sealingKey, operatorWorkspace: config.defaultWorkspace });
}
