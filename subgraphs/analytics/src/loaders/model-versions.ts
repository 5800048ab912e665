import type { Relational } from '@tributary/engines/relational';
import DataLoader from 'dataloader';
import { listVersions, type VersionRow } from '../adapters/model-table.ts';

export type ModelVersionsLoader = DataLoader<string, readonly VersionRow[]>;

/** The versions of a model by its name, the newest first; those of a whole operation are one statement. */
export function modelVersionsLoader(relational: Relational, workspaceId: string): ModelVersionsLoader {
  return new DataLoader(async (names) => {
    const byName = new Map<string, VersionRow[]>();
    for (const row of await listVersions(relational, workspaceId, names)) {
      byName.set(row.name, [...(byName.get(row.name) ?? []), row]);
    }
    return names.map((name) => byName.get(name) ?? []);
  });
}
