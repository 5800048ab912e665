import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { GatewayDependencies } from '@tributary/gateway';
import { compositionVersion } from '@tributary/schema';
import { keep, readKept } from './kept-file.ts';

interface KeptComposition {
  /** SHA-256 of the contracts and of the composer, hexadecimal. */
  readonly contracts: string;
  readonly supergraphSdl: string;
  /** SHA-256 of the supergraph: a file that somebody edited is not believed. */
  readonly supergraph: string;
}

/**
 * Composition depends on the contracts alone and takes about a second of a start's processor time: the last one is kept in the data folder.
 * A folder that cannot be written costs that second again, nothing else.
 */
export function keptComposition(dataDir: string): NonNullable<GatewayDependencies['compose']> {
  const path = join(dataDir, 'supergraph.json');
  return async (subgraphs, composing) => {
    const contracts = digest(
      JSON.stringify([compositionVersion, subgraphs.map(({ name, sdl }) => [name, sdl])]),
    );
    const kept = await readKept<KeptComposition>(path).catch(() => undefined);
    if (kept?.contracts === contracts && kept.supergraphSdl !== undefined) {
      if (digest(kept.supergraphSdl) === kept.supergraph) return kept.supergraphSdl;
    }
    const supergraphSdl = await composing(subgraphs);
    await keep(path, { contracts, supergraphSdl, supergraph: digest(supergraphSdl) }).catch(() => undefined);
    return supergraphSdl;
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
