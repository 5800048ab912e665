import type { Inference } from '@tributary/engines/inference';
import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Relational } from '@tributary/engines/relational';
import { type Clock, CodedError } from '@tributary/runtime';
import { isStorableText, type Principal } from '@tributary/subgraph-kit';
import { modelEvent } from '../adapters/model-events.ts';
import {
  countModels,
  ensureModel,
  findVersionByFile,
  insertVersion,
  lockModel,
  saveModel,
  type VersionRow,
} from '../adapters/model-table.ts';
import { isModelName, registryLimits } from '../domain/model-versions.ts';

export interface RegistryParts {
  readonly relational: Relational;
  readonly inference: Inference;
  readonly clock: Clock;
  readonly principal: Principal;
}

export interface NewVersion {
  readonly model: string;
  readonly description: string | null;
  readonly note: string | null;
  readonly file: Uint8Array;
}

/**
 * Registers a file as the model's next version, or answers the version that is this file. The file is loaded apart before anything is written.
 * @throws CodedError BAD_USER_INPUT, INFERENCE_MODEL_REFUSED, CONFLICT at the limits of the registry
 */
export async function registerModelVersion(input: NewVersion, parts: RegistryParts): Promise<VersionRow> {
  checkTexts(input);
  const { relational, inference, clock, principal } = parts;
  const { workspaceId } = principal;
  const { model: name, file, note } = input;
  const { sha256, sizeBytes, signature } = await inference.describe(file);
  const at = new Date(clock.now()).toISOString();
  return await relational.transaction(async (tx) => {
    await ensureModel(tx, workspaceId, { name, at });
    const model = await lockModel(tx, workspaceId, name);
    if (model === undefined) throw new CodedError('INTERNAL', 'The model could not be made.');
    const known = await findVersionByFile(tx, workspaceId, { name, sha256 });
    if (known !== undefined) return known;
    if (model.versions === 0 && (await countModels(tx, workspaceId)) > registryLimits.models) {
      throw new CodedError('CONFLICT', `A workspace has ${registryLimits.models} models at most.`, {
        details: { limit: registryLimits.models },
      });
    }
    if (model.versions >= registryLimits.versions) {
      throw new CodedError('CONFLICT', `A model has ${registryLimits.versions} versions at most.`, {
        details: { limit: registryLimits.versions },
      });
    }
    const version = model.versions + 1;
    await insertVersion(tx, workspaceId, { name, version, sha256, sizeBytes, signature, note, at, file });
    await saveModel(tx, workspaceId, {
      ...model,
      description: input.description ?? model.description,
      versions: version,
      at,
    });
    await writeOutbox(tx, [modelEvent({ type: 'registered', name, facts: { version, sha256 } }, parts)]);
    return { name, version, sha256, sizeBytes, signature, note, createdAt: new Date(at) };
  });
}

function checkTexts({ model, description, note }: NewVersion): void {
  if (!isModelName(model)) {
    throw new CodedError(
      'BAD_USER_INPUT',
      'A model name is lower-case letters, digits and hyphens, at most 63, and begins with a letter.',
      {
        details: { argument: 'model' },
      },
    );
  }
  for (const [argument, text] of Object.entries({ description, note })) {
    if (text === null || (text.length <= registryLimits.textChars && isStorableText(text))) continue;
    throw new CodedError(
      'BAD_USER_INPUT',
      `${argument} is a text of at most ${registryLimits.textChars} characters.`,
      {
        details: { argument, limit: registryLimits.textChars },
      },
    );
  }
}
