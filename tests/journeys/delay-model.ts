import { readFile } from 'node:fs/promises';
import type { GraphCaller } from '@tributary/test-kit';
import { expect } from 'vitest';
import { wholeUpload } from './tus-upload.ts';

/** Gives a workspace the model of delays that the repository trains. */
export async function makeDelayModelLive(url: string, ask: GraphCaller): Promise<void> {
  const bytes = await readFile(new URL('../../workers/delay-model/delay-model.onnx', import.meta.url));
  const authorization = ask.authorization ?? '';
  const file = await wholeUpload({ name: 'delay-model.onnx', bytes, url, authorization });
  const { data } = await ask<{ registerModelVersion: { version: number } }>(
    'mutation ($input: RegisterModelVersion!) { registerModelVersion(input: $input) { version } }',
    { input: { model: 'flight-delay', file } },
  );
  const { errors } = await ask(
    'mutation ($version: Int!) { promoteModelVersion(model: "flight-delay", version: $version) { name } }',
    data.registerModelVersion,
  );
  expect(errors).toEqual([]);
}
