import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { CodedError } from '@tributary/runtime';
import { inferenceLimits } from './port.ts';
import { ProtobufFault, protobufFields } from './protobuf-fields.ts';

// Field numbers of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
const model = { graph: 7, opsetImport: 8, trainingInfo: 20, functions: 25 } as const;
const graph = { node: 1, initializer: 5, sparseInitializer: 15 } as const;
const node = { opType: 4, attribute: 5, domain: 7 } as const;
const attribute = {
  tensor: 5,
  graph: 6,
  tensors: 10,
  graphs: 11,
  sparseTensor: 22,
  sparseTensors: 23,
} as const;
const tensor = { externalData: 13, dataLocation: 14 } as const;
const sparseTensor = { values: 1, indices: 2 } as const;

const standardDomains = new Set(['', 'ai.onnx', 'ai.onnx.ml']);

/** Hashed between two turns of the event loop, which a large file at once would hold. */
const sliceBytes = 4_000_000;

/** In lower-case hex. */
export async function sha256Of(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += sliceBytes) {
    hash.update(bytes.subarray(at, at + sliceBytes));
    if (at + sliceBytes < bytes.length) await setImmediate();
  }
  return hash.digest('hex');
}

/**
 * Looks through a model before any native code sees it: it must be one self-contained file of standard operators, without
 * branches, loops and functions, so that the work of a prediction is bounded by the model's own size and its inputs.
 * @throws CodedError INFERENCE_MODEL_REFUSED, and what is wrong with it
 */
export function checkOnnxFile(bytes: Uint8Array): void {
  if (bytes.length > inferenceLimits.modelBytes) {
    throw refused(`has more than ${inferenceLimits.modelBytes} bytes`, {
      limitBytes: inferenceLimits.modelBytes,
    });
  }
  try {
    checkModel(bytes);
  } catch (cause) {
    if (cause instanceof ProtobufFault) throw refused('is not an ONNX file');
    throw cause;
  }
}

export function refused(why: string, details: Readonly<Record<string, unknown>> = {}): CodedError {
  return new CodedError('INFERENCE_MODEL_REFUSED', `The model ${why}.`, { details });
}

function checkModel(bytes: Uint8Array): void {
  let graphs = 0;
  let opsets = 0;
  for (const { number, value } of protobufFields(bytes)) {
    if (number === model.trainingInfo) throw refused('carries training steps');
    if (number === model.functions) throw refused('defines functions of its own');
    if (typeof value === 'number') continue;
    if (number === model.opsetImport) opsets += 1;
    if (number === model.graph) {
      graphs += 1;
      checkGraph(value);
    }
  }
  if (graphs !== 1 || opsets === 0) throw refused('is not an ONNX file');
}

function checkGraph(bytes: Uint8Array): void {
  for (const { number, value } of protobufFields(bytes)) {
    if (typeof value === 'number') continue;
    if (number === graph.node) checkNode(value);
    if (number === graph.initializer) checkTensor(value);
    if (number === graph.sparseInitializer) checkSparseTensor(value);
  }
}

function checkNode(bytes: Uint8Array): void {
  let operator = '';
  for (const { number, value } of protobufFields(bytes)) {
    if (typeof value === 'number') continue;
    if (number === node.opType) operator = text(value);
    if (number === node.domain && !standardDomains.has(text(value))) {
      throw refused('needs operators that are not standard', { domain: text(value) });
    }
    if (number === node.attribute) checkAttribute(value, operator);
  }
}

function checkAttribute(bytes: Uint8Array, operator: string): void {
  for (const { number, value } of protobufFields(bytes)) {
    if (typeof value === 'number') continue;
    if (number === attribute.graph || number === attribute.graphs) {
      throw refused('branches or loops', { operator });
    }
    if (number === attribute.tensor || number === attribute.tensors) checkTensor(value);
    if (number === attribute.sparseTensor || number === attribute.sparseTensors) checkSparseTensor(value);
  }
}

function checkSparseTensor(bytes: Uint8Array): void {
  for (const { number, value } of protobufFields(bytes)) {
    if (typeof value !== 'number' && (number === sparseTensor.values || number === sparseTensor.indices))
      checkTensor(value);
  }
}

function checkTensor(bytes: Uint8Array): void {
  for (const { number, value } of protobufFields(bytes)) {
    const elsewhere = number === tensor.dataLocation && value !== 0;
    if (elsewhere || number === tensor.externalData) throw refused('keeps data outside of its file');
  }
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, 200)).toString('utf8');
