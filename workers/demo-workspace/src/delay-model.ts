import { readFile } from 'node:fs/promises';
import { type KeepFileParts, keepFile } from './keep-file.ts';

/** The model of `workers/delay-model`, whose card says what it is good for. */
const file = new URL('../../delay-model/delay-model.onnx', import.meta.url);
const model = 'flight-delay';

/**
 * Keeps the delay model as a file, registers it and makes it live, unless a version of it is; from then on `Flight.predictedDelay` answers.
 */
export async function ensureDelayModel(parts: KeepFileParts): Promise<void> {
  const { graph, owner } = parts;
  const { inferenceModel } = await graph<{ inferenceModel: { liveVersion: object | null } | null }>(
    'query ($model: String!) { inferenceModel(name: $model) { liveVersion { version } } }',
    { model },
    owner,
  );
  if ((inferenceModel?.liveVersion ?? null) !== null) return;
  const bytes = await readFile(file);
  const input = {
    model,
    description: 'Minutes of delay on arrival, from what is known before departure.',
    note: 'Trained on flights of January to June 2001.',
    file: await keepFile({ name: 'delay-model.onnx', contentType: 'application/octet-stream', bytes }, parts),
  };
  const { registerModelVersion } = await graph<{ registerModelVersion: { version: number } }>(
    'mutation ($input: RegisterModelVersion!) { registerModelVersion(input: $input) { version } }',
    { input },
    owner,
  );
  await graph(
    'mutation ($model: String!, $version: Int!) { promoteModelVersion(model: $model, version: $version) { name } }',
    { model, version: registerModelVersion.version },
    owner,
  );
}
