import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Relational, Sql } from '@tributary/engines/relational';
import { type Clock, CodedError } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { modelEvent } from '../adapters/model-events.ts';
import {
  findVersion,
  lockModel,
  type ModelRow,
  saveModel,
  type VersionRow,
} from '../adapters/model-table.ts';
import { forgetOtherPairs } from '../adapters/shadow-table.ts';
import type { Predictions } from '../declarations/parse-predictions.ts';
import { promoted, retired, rolledBack } from '../domain/model-versions.ts';
import { canBeNumber, comparedOutput, kindOf } from './predicted-number.ts';

export interface LiveParts {
  readonly relational: Relational;
  readonly clock: Clock;
  readonly principal: Principal;
  readonly predictions: Predictions;
}

/** Makes a version live; promoting the live one changes nothing. @throws CodedError NOT_FOUND, STATE_CONFLICT for what no field can tell */
export async function promoteModelVersion(
  { name, version }: { readonly name: string; readonly version: number },
  parts: LiveParts,
): Promise<ModelRow> {
  const { relational, clock, principal } = parts;
  return await relational.transaction(async (tx) => {
    const model = await lockModel(tx, principal.workspaceId, name);
    if (model === undefined) throw noModel();
    const found = await requireVersion(tx, { workspaceId: principal.workspaceId, name, version });
    if (model.live === version) return model;
    requireFieldNumbers(found, parts.predictions);
    const at = new Date(clock.now());
    const next = besideLive({ ...model, ...promoted(model, version) });
    await saveModel(tx, principal.workspaceId, { ...next, at: at.toISOString() });
    await forgetOtherPairs(tx, { ...next, workspaceId: principal.workspaceId });
    const facts = { version, previousVersion: model.live };
    await writeOutbox(tx, [modelEvent({ type: 'promoted', name, facts }, parts)]);
    return { ...next, updatedAt: at };
  });
}

/** Goes back to the version that was live before. @throws CodedError NOT_FOUND, STATE_CONFLICT when there was none, or for what no field can tell */
export async function rollbackModel(name: string, parts: LiveParts): Promise<ModelRow> {
  const { relational, clock, principal } = parts;
  return await relational.transaction(async (tx) => {
    const model = await lockModel(tx, principal.workspaceId, name);
    if (model === undefined) throw noModel();
    const back = rolledBack(model);
    if (back === undefined || back.live === null)
      throw new CodedError('STATE_CONFLICT', 'No other version was live before this one.');
    const version = { workspaceId: principal.workspaceId, name, version: back.live };
    requireFieldNumbers(await requireVersion(tx, version), parts.predictions);
    const at = new Date(clock.now());
    const next = besideLive({ ...model, ...back });
    await saveModel(tx, principal.workspaceId, { ...next, at: at.toISOString() });
    await forgetOtherPairs(tx, { ...next, workspaceId: principal.workspaceId });
    const facts = { version: back.live, previousVersion: model.live };
    // After a model was retired nothing is taken back: a version becomes live.
    const type = model.live === null ? 'promoted' : 'rolled_back';
    await writeOutbox(tx, [modelEvent({ type, name, facts }, parts)]);
    return { ...next, updatedAt: at };
  });
}

/** Makes no version live; where none is nothing changes. @throws CodedError NOT_FOUND */
export async function retireModel(
  name: string,
  { relational, clock, principal }: Omit<LiveParts, 'predictions'>,
): Promise<ModelRow> {
  return await relational.transaction(async (tx) => {
    const model = await lockModel(tx, principal.workspaceId, name);
    if (model === undefined) throw noModel();
    if (model.live === null) return model;
    const at = new Date(clock.now());
    const next = { ...model, ...retired(model) };
    await saveModel(tx, principal.workspaceId, { ...next, at: at.toISOString() });
    await forgetOtherPairs(tx, { ...next, workspaceId: principal.workspaceId });
    const facts = { previousVersion: model.live };
    await writeOutbox(tx, [modelEvent({ type: 'retired', name, facts }, { principal, clock })]);
    return { ...next, updatedAt: at };
  });
}

/** Names the version that predicts beside the live one, or none with null. @throws CodedError NOT_FOUND, STATE_CONFLICT for the live one */
export async function setShadowVersion(
  { name, version }: { readonly name: string; readonly version: number | null },
  parts: LiveParts,
): Promise<ModelRow> {
  const { relational, clock, principal } = parts;
  return await relational.transaction(async (tx) => {
    const model = await lockModel(tx, principal.workspaceId, name);
    if (model === undefined) throw noModel();
    if (version !== null) {
      const found = await requireVersion(tx, { workspaceId: principal.workspaceId, name, version });
      if (version === model.live)
        throw new CodedError('STATE_CONFLICT', `Version ${version} is live; a shadow is another one.`);
      requireComparable(found, await liveOf(tx, principal.workspaceId, model));
    }
    if (model.shadow === version) return model;
    const at = new Date(clock.now());
    await saveModel(tx, principal.workspaceId, { ...model, shadow: version, at: at.toISOString() });
    await forgetOtherPairs(tx, { ...model, shadow: version, workspaceId: principal.workspaceId });
    await writeOutbox(tx, [modelEvent({ type: 'shadowed', name, facts: { version } }, parts)]);
    return { ...model, shadow: version, updatedAt: at };
  });
}

/** @throws CodedError NOT_FOUND */
export async function requireVersion(
  tx: Sql,
  {
    workspaceId,
    name,
    version,
  }: { readonly workspaceId: string; readonly name: string; readonly version: number },
): Promise<VersionRow> {
  const found = await findVersion(tx, workspaceId, { name, version });
  if (found !== undefined) return found;
  throw new CodedError('NOT_FOUND', 'The model has no such version.', { details: { argument: 'version' } });
}

/** A field that a prediction adds is a number: with a version whose output is never one it would be null for ever, and nobody would be told why. */
function requireFieldNumbers({ name, version, signature }: VersionRow, { declared }: Predictions): void {
  for (const { model, output, typeName, field } of declared) {
    const spec = signature.outputs.find((each) => each.name === output);
    if (model !== name || (spec !== undefined && canBeNumber(spec))) continue;
    const said =
      spec === undefined
        ? `Version ${version} has no output "${output}",`
        : `The output "${output}" of version ${version} is ${kindOf(spec)},`;
    throw new CodedError(
      'STATE_CONFLICT',
      `${said} and never the one number that ${typeName}.${field} is: export the model with a numeric output "${output}" of one value an item.`,
      { details: { output, field: `${typeName}.${field}` } },
    );
  }
}

async function liveOf(
  tx: Sql,
  workspaceId: string,
  { name, live }: ModelRow,
): Promise<VersionRow | undefined> {
  return live === null ? undefined : await requireVersion(tx, { workspaceId, name, version: live });
}

/** A shadow is compared by an output that is one number in both, under one name: others would say how far apart two different things are. */
function requireComparable({ version, signature }: VersionRow, live: VersionRow | undefined): void {
  const said = `Version ${version} has no output of one number an item`;
  if (!signature.outputs.some(canBeNumber))
    throw new CodedError(
      'STATE_CONFLICT',
      `${said} (${signature.outputs.map(kindOf).slice(0, 5).join('; ')}), so that there is nothing to compare.`,
    );
  if (live === undefined || comparedOutput(live.signature, signature) !== undefined) return;
  const names = live.signature.outputs.filter(canBeNumber).map(({ name }) => `"${name}"`);
  throw new CodedError(
    'STATE_CONFLICT',
    `${said} with a name that one of version ${live.version}, which is live, has (${names.slice(0, 5).join(', ') || 'none is one number'}), so that there is nothing to compare.`,
  );
}

/** A version that has become live is no shadow any more: it would be compared with itself. */
function besideLive<Model extends Pick<ModelRow, 'live' | 'shadow'>>(model: Model): Model {
  return model.shadow !== null && model.shadow === model.live ? { ...model, shadow: null } : model;
}

export function noModel(): CodedError {
  return new CodedError('NOT_FOUND', 'There is no such model.', { details: { argument: 'model' } });
}
