import { createHash } from 'node:crypto';
import type { Inference, ModelReference } from './port.ts';

export interface InferenceUnderTest extends AsyncDisposable {
  readonly inference: Inference;
}

export type OpenInference = () => Promise<InferenceUnderTest>;

export function reference(bytes: Uint8Array): ModelReference {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), read: async () => bytes };
}
