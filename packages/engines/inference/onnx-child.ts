import { type InferenceSession, Tensor as OrtTensor, InferenceSession as Sessions } from 'onnxruntime-node';
import { containThisProcess } from '../contained-process/contain-this-process.ts';
import type { FromModels, ToModels } from './onnx-messages.ts';
import { inferenceLimits, type ModelSignature, type TensorSpec, type TensorType } from './port.ts';
import type { Tensor, TensorData } from './tensor-rows.ts';

// The process of the models: loading and running hold its main thread, which is why it is not the product's.

containThisProcess();
const sessions = new Map<string, InferenceSession>();
const types: Readonly<Record<string, TensorType>> = {
  float32: 'FLOAT',
  float64: 'DOUBLE',
  int32: 'INT32',
  int64: 'INT64',
  bool: 'BOOL',
  string: 'STRING',
};
const ortTypes = Object.fromEntries(Object.entries(types).map(([ort, ours]) => [ours, ort]));

process.on('message', (message: ToModels) => {
  answer(message).then(
    (said) => process.send?.(said),
    (error: unknown) => process.send?.(failure(error)),
  );
});

class UnsupportedTensor extends Error {
  readonly tensor: string;
  readonly type: string | null;

  constructor(tensor: string, type: string | null) {
    super(`${tensor} is ${type ?? 'no tensor'}`);
    this.tensor = tensor;
    this.type = type;
  }
}

function failure(error: unknown): FromModels {
  return error instanceof UnsupportedTensor
    ? { kind: 'unsupported', tensor: error.tensor, type: error.type }
    : { kind: 'failed', message: String(error) };
}

async function answer(message: ToModels): Promise<FromModels> {
  if (message.kind === 'load')
    return { kind: 'loaded', signature: await load(message.sha256, message.bytes) };
  const session = sessions.get(message.sha256);
  if (message.kind === 'release') {
    sessions.delete(message.sha256);
    await session?.release();
    return { kind: 'released' };
  }
  if (session === undefined) throw new Error('not loaded');
  const feeds: Record<string, OrtTensor> = {};
  for (const [name, { type, dims, data }] of Object.entries(message.feeds)) {
    feeds[name] = new OrtTensor(ortTypes[type] as 'float32', data as Float32Array, dims);
  }
  const outputs: Record<string, Tensor> = {};
  const answered = Object.entries(await session.run(feeds));
  if (isExcess(answered.map(([, { data }]) => data as TensorData))) return { kind: 'excess' };
  for (const [name, value] of answered) {
    outputs[name] = { type: typeOf(name, value.type), dims: value.dims, data: value.data as TensorData };
  }
  return { kind: 'ran', outputs };
}

/** How large an answer is may be up to the inputs: what does not fit is not sent, because the parent would pay for it. */
function isExcess(answered: readonly TensorData[]): boolean {
  const { batchValues, outputChars } = inferenceLimits;
  let values = 0;
  let chars = 0;
  for (const data of answered) {
    values += data.length;
    if (values > batchValues) return true;
    for (const value of data) {
      if (typeof value !== 'string') break;
      chars += value.length;
    }
  }
  return chars > outputChars;
}

async function load(sha256: string, bytes: Uint8Array): Promise<ModelSignature> {
  const session = await Sessions.create(bytes, {
    executionProviders: ['cpu'],
    // Small models gain nothing from more threads, and the arena never gives memory back.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    enableCpuMemArena: false,
    logSeverityLevel: 4,
  });
  const signature = {
    inputs: session.inputMetadata.map(specOf),
    outputs: session.outputMetadata.map(specOf),
  };
  sessions.set(sha256, session);
  return signature;
}

function specOf(metadata: InferenceSession.ValueMetadata): TensorSpec {
  if (!metadata.isTensor) throw new UnsupportedTensor(metadata.name, null);
  return {
    name: metadata.name,
    type: typeOf(metadata.name, metadata.type),
    shape: metadata.shape.map((size) => (typeof size === 'number' ? size : null)),
  };
}

function typeOf(name: string, ort: string): TensorType {
  const type = types[ort];
  if (type === undefined) throw new UnsupportedTensor(name, ort);
  return type;
}
