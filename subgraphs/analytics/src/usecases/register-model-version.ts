import { type Inference, inferenceLimits, type ModelDescription } from '@tributary/engines/inference';
import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Relational } from '@tributary/engines/relational';
import { type Clock, CodedError } from '@tributary/runtime';
import { isStorableText, type Principal } from '@tributary/subgraph-kit';
import { modelEvent } from '../adapters/model-events.ts';
import {
  countModels,
  countVersions,
  findVersionByFile,
  insertVersion,
  lockModelForVersion,
  lockRegistry,
  registeredBytes,
  saveModel,
  type VersionRow,
} from '../adapters/model-table.ts';
import { isModelName, registryLimits } from '../domain/model-versions.ts';
import type { FindFile, WorkspaceFile } from '../domain/workspace-file.ts';

export interface RegistryParts {
  readonly relational: Relational;
  readonly inference: Inference;
  readonly clock: Clock;
  readonly principal: Principal;
  readonly findFile: FindFile;
}

export interface NewVersion {
  readonly model: string;
  readonly description: string | null;
  readonly note: string | null;
  /** The id of a file. */
  readonly file: string;
}

/**
 * Registers a file as the model's next version, or answers the version that is this file. The file is read with the caller's rights and loaded apart
 * before anything is written; what is registered already is not read again.
 * @throws CodedError BAD_USER_INPUT, INFERENCE_MODEL_REFUSED, CONFLICT at the limits of the registry, and what `findFile` throws
 */
export async function registerModelVersion(input: NewVersion, parts: RegistryParts): Promise<VersionRow> {
  checkTexts(input);
  const { relational, clock, principal } = parts;
  const { workspaceId } = principal;
  const { model: name, note } = input;
  const asked = await parts.findFile(input.file);
  const same = await findVersionByFile(relational, workspaceId, { name, sha256: asked.sha256 });
  if (same !== undefined) return same;
  const { sha256, sizeBytes, signature, bytes } = await described(asked, {
    inference: parts.inference,
    workspaceId,
  });
  const at = new Date(clock.now()).toISOString();
  return await relational.transaction(async (tx) => {
    await lockRegistry(tx, workspaceId);
    const model = await lockModelForVersion(tx, workspaceId, { name, at });
    const known = await findVersionByFile(tx, workspaceId, { name, sha256 });
    if (known !== undefined) return known;
    const versions = await countVersions(tx, workspaceId, name);
    if (versions === 0 && (await countModels(tx, workspaceId)) >= registryLimits.models) {
      throw new CodedError('CONFLICT', `A workspace has ${registryLimits.models} models at most.`, {
        details: { limit: registryLimits.models },
      });
    }
    if (versions >= registryLimits.versions) {
      throw new CodedError(
        'CONFLICT',
        `A model has ${registryLimits.versions} versions at most: delete one that is no longer needed, or register further ones as a model of another name.`,
        {
          details: { limit: registryLimits.versions },
        },
      );
    }
    if ((await registeredBytes(tx, workspaceId)) + sizeBytes > registryLimits.bytes) {
      throw new CodedError('CONFLICT', 'The models of a workspace have 2 GB at most.', {
        details: { limitBytes: registryLimits.bytes },
      });
    }
    const version = model.versions + 1;
    await insertVersion(tx, workspaceId, { name, version, sha256, sizeBytes, signature, note, at, bytes });
    await saveModel(tx, workspaceId, {
      ...model,
      description: input.description ?? model.description,
      versions: version,
      createdAt: versions === 0 ? new Date(at) : model.createdAt,
      at,
    });
    await writeOutbox(tx, [modelEvent({ type: 'registered', name, facts: { version, sha256 } }, parts)]);
    return { name, version, sha256, sizeBytes, signature, note, createdAt: new Date(at) };
  });
}

/** What the engine says of the file, and its bytes. They are read when it is this file's turn, so that those who wait hold none. */
async function described(
  file: WorkspaceFile,
  { inference, workspaceId }: { readonly inference: Inference; readonly workspaceId: string },
): Promise<ModelDescription & { readonly bytes: Uint8Array }> {
  const { modelBytes } = inferenceLimits;
  if (file.sizeBytes > modelBytes) {
    throw new CodedError('INFERENCE_MODEL_REFUSED', `The model has more than ${modelBytes} bytes.`, {
      details: { limitBytes: modelBytes },
    });
  }
  let bytes: Uint8Array = new Uint8Array();
  const description = await inference.describe(
    async () => {
      bytes = await file.read();
      return bytes;
    },
    { who: workspaceId },
  );
  if (description.sha256 !== file.sha256)
    throw new CodedError('SUBGRAPH_UNAVAILABLE', 'The file did not arrive as it was announced.');
  return { ...description, bytes };
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
