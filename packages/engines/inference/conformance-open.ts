import { createHash } from 'node:crypto';
import { afterAll } from 'vitest';
import type { Inference, ModelReference } from './port.ts';

export interface InferenceUnderTest extends AsyncDisposable {
  readonly inference: Inference;
}

export type OpenInference = () => Promise<InferenceUnderTest>;

/** One engine for tests that leave it as it was: a process of its models is started with the first question. */
export function oneForAll(open: OpenInference): OpenInference {
  let under: Promise<InferenceUnderTest> | undefined;
  afterAll(async () => (await under)?.[Symbol.asyncDispose]());
  return async () => {
    under ??= open();
    return { inference: (await under).inference, [Symbol.asyncDispose]: async () => undefined };
  };
}

export function reference(bytes: Uint8Array): ModelReference {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), read: async () => bytes };
}
