import { writeOutbox } from '@tributary/engines/outbox/relational';
import { CodedError } from '@tributary/runtime';
import { modelEvent } from '../adapters/model-events.ts';
import {
  countVersions,
  deleteVersion,
  lockModel,
  type ModelRow,
  saveModel,
} from '../adapters/model-table.ts';
import { withoutVersion } from '../domain/model-versions.ts';
import { type LiveParts, noModel, requireVersion } from './change-live-version.ts';

/**
 * Takes a version away, and the model with its last one; answers the model that is left.
 * @throws CodedError NOT_FOUND, STATE_CONFLICT for the live version and for the shadow
 */
export async function deleteModelVersion(
  { name, version }: { readonly name: string; readonly version: number },
  parts: Omit<LiveParts, 'predictions'>,
): Promise<ModelRow | null> {
  const { relational, clock, principal } = parts;
  const { workspaceId } = principal;
  return await relational.transaction(async (tx) => {
    const model = await lockModel(tx, workspaceId, name);
    if (model === undefined) throw noModel();
    await requireVersion(tx, { workspaceId, name, version });
    requireUnused(model, version);
    await deleteVersion(tx, workspaceId, { name, version });
    await writeOutbox(tx, [modelEvent({ type: 'version_deleted', name, facts: { version } }, parts)]);
    const isLast = (await countVersions(tx, workspaceId, name)) === 0;
    const at = new Date(clock.now());
    const left = isLast ? { description: null, before: [] } : withoutVersion(model, version);
    const next = { ...model, ...left };
    await saveModel(tx, workspaceId, { ...next, at: at.toISOString() });
    return isLast ? null : { ...next, updatedAt: at };
  });
}

function requireUnused({ live, shadow }: ModelRow, version: number): void {
  if (version === live)
    throw new CodedError(
      'STATE_CONFLICT',
      `Version ${version} is live: promote another one first, or retire the model.`,
    );
  if (version === shadow)
    throw new CodedError('STATE_CONFLICT', `Version ${version} is the shadow: end that first.`);
}
