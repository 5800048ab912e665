import type { Clock, Logger } from '@tributary/runtime';
import type { Inference } from './port.ts';

export interface OpenInferenceOptions {
  readonly clock: Clock;
  readonly log: Logger;
}

/** Opens the inference engine: onnxruntime on this machine's processors, wherever the product runs. Its process starts with the first model. */
export async function openInference(options: OpenInferenceOptions): Promise<Inference> {
  const { OnnxInference } = await import('./onnx.ts');
  return new OnnxInference(options);
}
