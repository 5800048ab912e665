import { type Clock, CodedError, type Logger } from '@tributary/runtime';
import { checkOnnxFile, refused, sha256Of } from './onnx-file.ts';
import type { FromModels, ToModels } from './onnx-messages.ts';
import { lateOrGone, ModelProcess, ModelProcessLost } from './onnx-process.ts';
import {
  type Inference,
  inferenceLimits,
  type ModelDescription,
  type ModelInputs,
  type ModelReference,
  type ModelSignature,
  type Prediction,
} from './port.ts';
import { type FlatItem, flatItem, type InputFault, outputRows, tensorsOf } from './tensor-rows.ts';
import { TurnQueue } from './turn-queue.ts';

export interface OnnxInferenceOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Models loaded at a time; the one used longest ago makes room. 8 when absent. */
  readonly maxLoaded?: number;
  /** Resident memory of the process of the models, bytes; 768 MB when absent. */
  readonly memoryBytes?: number;
  /** Milliseconds a model may take to load or to answer a batch; 10,000 when absent. */
  readonly requestMs?: number;
}

const maxWaiting = 500;
/** How often a model may end the process before it is refused: once can be the machine's fault. */
const maxEndings = 2;

/**
 * The inference port on onnxruntime, in a process of its own: its calls hold the thread they run on, and a model is a program somebody
 * else wrote. Work goes through it one call at a time, so whoever ends it is known, and the others only wait for the next one.
 */
export class OnnxInference implements Inference {
  readonly #options: Required<OnnxInferenceOptions>;
  readonly #turns = new TurnQueue(maxWaiting);
  readonly #trials = new TurnQueue(16);
  /** In the order of their last use. */
  readonly #loaded = new Map<string, ModelSignature>();
  readonly #endings = new Map<string, number>();
  #process: ModelProcess | undefined;
  #closed = false;

  constructor(options: OnnxInferenceOptions) {
    this.#options = { maxLoaded: 8, memoryBytes: 768_000_000, requestMs: 10_000, ...options };
  }

  async describe(bytes: Uint8Array): Promise<ModelDescription> {
    await this.ping();
    checkOnnxFile(bytes);
    const sha256 = sha256Of(bytes);
    const answer = await this.#trials.run(async () => {
      await using trial = new ModelProcess(this.#options);
      try {
        return await trial.request({ kind: 'load', sha256, bytes });
      } catch (error) {
        if (!(error instanceof ModelProcessLost)) throw error;
        this.#options.log.warn({ reason: error.message }, 'a model could not be loaded');
        throw refused('needs more memory or time to load than it may have');
      }
    });
    const { signature } = this.#expect('loaded', answer);
    checkSignature(signature);
    return { sha256, sizeBytes: bytes.length, signature };
  }

  async predict(model: ModelReference, items: readonly ModelInputs[]): Promise<readonly Prediction[]> {
    await this.ping();
    if (items.length > inferenceLimits.batchItems) {
      const message = `At most ${inferenceLimits.batchItems} items can be predicted at once.`;
      throw new CodedError('BAD_USER_INPUT', message, { details: { limit: inferenceLimits.batchItems } });
    }
    return await this.#turns.run(async () => {
      try {
        const signature = await this.#load(model);
        return await this.#predictAll({ sha256: model.sha256, signature, items });
      } catch (error) {
        if (!(error instanceof ModelProcessLost)) throw error;
        this.#noteEnding(model.sha256, error);
        throw lateOrGone(error);
      }
    });
  }

  async ping(): Promise<void> {
    if (this.#closed) throw new CodedError('ENGINE_UNAVAILABLE', 'The inference engine is closed.');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#process?.[Symbol.asyncDispose]();
  }

  async #predictAll(call: {
    readonly sha256: string;
    readonly signature: ModelSignature;
    readonly items: readonly ModelInputs[];
  }): Promise<readonly Prediction[]> {
    const { sha256, signature, items } = call;
    const predictions: Prediction[] = new Array(items.length);
    for (const group of groupsOf(signature, items, predictions)) {
      const feeds = tensorsOf(
        signature,
        group.map(({ item }) => item),
      );
      const { outputs } = this.#expect('ran', await this.#ask({ kind: 'run', sha256, feeds }));
      const rows = outputRows(outputs, group.length);
      group.forEach(({ at }, place) => {
        predictions[at] = { outputs: rows[place] ?? {} };
      });
    }
    return predictions;
  }

  async #load({ sha256, read }: ModelReference): Promise<ModelSignature> {
    if ((this.#endings.get(sha256) ?? 0) >= maxEndings) throw refused('ended the engine more than once');
    const known = this.#process?.isLost === true ? undefined : this.#loaded.get(sha256);
    if (known !== undefined) {
      this.#loaded.delete(sha256);
      this.#loaded.set(sha256, known);
      return known;
    }
    const bytes = await read();
    if (sha256Of(bytes) !== sha256) throw refused('is not the file that was registered');
    checkOnnxFile(bytes);
    const { signature } = this.#expect('loaded', await this.#ask({ kind: 'load', sha256, bytes }));
    this.#loaded.set(sha256, signature);
    for (const [oldest] of this.#loaded) {
      if (this.#loaded.size <= this.#options.maxLoaded) break;
      await this.#ask({ kind: 'release', sha256: oldest });
      this.#loaded.delete(oldest);
    }
    return signature;
  }

  async #ask(message: ToModels): Promise<FromModels> {
    if (this.#process === undefined || this.#process.isLost) {
      this.#loaded.clear();
      await this.ping();
      this.#process = new ModelProcess(this.#options);
    }
    return await this.#process.request(message);
  }

  #expect<Kind extends FromModels['kind']>(
    kind: Kind,
    message: FromModels,
  ): Extract<FromModels, { kind: Kind }> {
    if (message.kind === kind) return message as Extract<FromModels, { kind: Kind }>;
    const said = message.kind === 'failed' ? message.message.slice(0, 500) : message.kind;
    this.#options.log.warn({ reason: said }, 'a model failed');
    throw refused(kind === 'loaded' ? 'cannot be loaded' : 'failed on these inputs');
  }

  #noteEnding(sha256: string, lost: ModelProcessLost): void {
    if (this.#closed) return;
    this.#options.log.warn({ reason: lost.message }, 'a model ended its process');
    this.#endings.set(sha256, (this.#endings.get(sha256) ?? 0) + 1);
    // What is forgotten first was noted longest ago.
    if (this.#endings.size > 1_000) this.#endings.delete(this.#endings.keys().next().value ?? '');
  }
}

interface Placed {
  readonly at: number;
  readonly item: FlatItem;
}

/** Items that fit, by equal sizes; models with a fixed first dimension other than any are given one at a time. What does not fit is noted in `predictions`. */
function groupsOf(
  signature: ModelSignature,
  items: readonly ModelInputs[],
  predictions: Prediction[],
): readonly (readonly Placed[])[] {
  const single = signature.inputs.some(({ shape }) => shape[0] !== null);
  const groups = new Map<string, Placed[]>();
  items.forEach((given, at) => {
    const item = flatItem(signature, given);
    if (isFault(item)) {
      predictions[at] = { fault: item };
      return;
    }
    const key = single ? String(at) : JSON.stringify(item.sizes);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push({ at, item });
  });
  return [...groups.values()];
}

const isFault = (item: FlatItem | InputFault): item is InputFault => 'message' in item;

function checkSignature({ inputs, outputs }: ModelSignature): void {
  const { tensors, batchValues } = inferenceLimits;
  if (inputs.length === 0 || inputs.length > tensors || outputs.length > tensors) {
    throw refused(`has no input, or more than ${tensors} inputs or outputs`);
  }
  for (const { name, shape } of inputs) {
    if (shape.length > 0 && shape[0] !== null && shape[0] !== 1) {
      throw refused('takes a fixed number of items at a time', { input: name, shape });
    }
  }
  for (const { name, shape } of [...inputs, ...outputs]) {
    if (shape.reduce<number>((product, size) => product * (size ?? 1), 1) > batchValues) {
      throw refused(`has a tensor of more than ${batchValues} values`, { tensor: name, shape });
    }
  }
}
