import type { Turn } from '@tributary/runtime';

export type TensorType = 'FLOAT' | 'DOUBLE' | 'INT32' | 'INT64' | 'BOOL' | 'STRING';

export interface TensorSpec {
  readonly name: string;
  readonly type: TensorType;
  /** The size of each dimension; null where any will do. */
  readonly shape: readonly (number | null)[];
}

/** What a model takes and gives. */
export interface ModelSignature {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

export interface ModelDescription {
  /** Of the file, in lower-case hex: the name the engine knows it by. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly signature: ModelSignature;
}

/** A model to predict with; its bytes are read only when it is not loaded. */
export interface ModelReference {
  readonly sha256: string;
  readonly read: () => Promise<Uint8Array>;
}

export type TensorValue = number | bigint | boolean | string | readonly TensorValue[];

/**
 * One item's values by input name. The first dimension of a tensor counts the items and is left out here: what remains is a nested list,
 * or a plain value where nothing or a single 1 remains. Numbers of INT64 are integers, given as number, bigint or decimal text.
 */
export type ModelInputs = Readonly<Record<string, unknown>>;
export type ModelOutputs = Readonly<Record<string, TensorValue>>;

export type Prediction =
  | { readonly outputs: ModelOutputs }
  /** Why this item has none: BAD_USER_INPUT with the input's name in `details.input`, or without one where the model itself fails on it. */
  | { readonly fault: { readonly message: string; readonly details: Readonly<Record<string, unknown>> } };

/** What every engine holds to. Beyond is INFERENCE_MODEL_REFUSED for a file, BAD_USER_INPUT for items. */
export const inferenceLimits = {
  modelBytes: 100_000_000,
  batchItems: 1_000,
  /** Values of all inputs of a batch together, and of all its outputs. */
  batchValues: 1_000_000,
  textChars: 10_000,
  /** Characters of all texts among the outputs of a batch. */
  outputChars: 10_000_000,
  tensors: 200,
} as const;

/**
 * Predictions of ONNX models that users brought. A file is refused when it is broken, keeps data outside of itself, needs operators
 * beyond the standard ones, branches or loops, or takes more memory or time to load than it may: nothing it holds runs in this process.
 */
export interface Inference extends AsyncDisposable {
  /**
   * Reads a model's signature by loading it apart from all others, one file at a time, workspaces in turn: `read` is called when it is this one's turn, so that files that
   * wait take no memory.
   * @throws CodedError INFERENCE_MODEL_REFUSED, OVERLOADED, DEADLINE_EXCEEDED when nobody waits any more, and what `read` throws
   */
  describe(read: () => Promise<Uint8Array>, whose?: Turn): Promise<ModelDescription>;
  /**
   * One prediction an item, in order. Items that fit are computed together, however many do not. Those that the model itself fails on have none, unless those are all of them. Calls for a model that is being loaded wait for
   * that one load; those of one workspace wait for each other, and for one call of each other workspace at a time.
   * @throws CodedError BAD_USER_INPUT for too many items, INFERENCE_MODEL_REFUSED for bytes that are not those of `sha256` or a model that lately ended the engine
   *   more than once for this workspace,
   *   DEADLINE_EXCEEDED, OVERLOADED, ENGINE_UNAVAILABLE
   */
  predict(model: ModelReference, items: readonly ModelInputs[], whose?: Turn): Promise<readonly Prediction[]>;
  ping(): Promise<void>;
}
