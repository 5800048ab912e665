import type { Relational } from '@tributary/engines/relational';
import { requireStillWanted } from '@tributary/runtime';
import DataLoader from 'dataloader';
import { readPairs, type ShadowKey } from '../adapters/shadow-table.ts';
import { meanDifference, populationStability } from '../domain/drift.ts';

/** How what a shadow version says differs from the live one. */
export interface ShadowDrift {
  readonly items: number;
  readonly stabilityIndex: number | null;
  readonly meanDifference: number | null;
}

type DriftKey = Omit<ShadowKey, 'workspaceId'>;
export type ShadowDriftLoader = DataLoader<DriftKey, ShadowDrift, string>;

/**
 * The drift of two versions of a model, computed once for an operation however often it asks. Each is 10,000 pairs, so one is read after another, and no
 * more of them once nobody waits.
 */
export function shadowDriftLoader(
  relational: Relational,
  { workspaceId, signal }: { readonly workspaceId: string; readonly signal: AbortSignal | undefined },
): ShadowDriftLoader {
  return new DataLoader(
    async (keys) => {
      const drifts: ShadowDrift[] = [];
      for (const key of keys) {
        requireStillWanted(signal);
        const pairs = await readPairs(relational, { ...key, workspaceId });
        drifts.push({
          items: pairs.length,
          stabilityIndex: populationStability(
            pairs.map(({ live }) => live),
            pairs.map(({ shadow }) => shadow),
          ),
          meanDifference: meanDifference(pairs),
        });
      }
      return drifts;
    },
    {
      cacheKeyFn: ({ name, liveVersion, shadowVersion }) => `${name} ${liveVersion} ${shadowVersion}`,
    },
  );
}
