import {
  type Clock,
  CodedError,
  type Logger,
  requireStillWanted,
  type Turn,
  Turns,
} from '@tributary/runtime';
import { predictItems } from './item-runs.ts';
import { ModelEndings } from './model-endings.ts';
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
import { outputValues } from './tensor-rows.ts';

export interface OnnxInferenceOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Models loaded at a time; the ones used longest ago make room. 8 when absent. */
  readonly maxLoaded?: number;
  /**
   * Size of their files together, bytes; 200 MB when absent. Loaded, a model takes two or three times its file: without this bound the models of some
   * would end the process, and whoever is at work then would be refused for it.
   */
  readonly maxLoadedBytes?: number;
  /** Resident memory of the process of the models, bytes; 768 MB when absent. */
  readonly memoryBytes?: number;
  /** Milliseconds a model may take to load or to answer a batch; 10,000 when absent. */
  readonly requestMs?: number;
}

/** One call at a time, and workspaces in turn: nobody waits behind more than one call of each of the others, however slow the models of one are. */
const predictionTurns = { tooMany: 'Too many predictions', atOnce: 1, each: 1, waiting: 500 } as const;
const trialTurns = { tooMany: 'Too many new models', atOnce: 1, each: 1, waiting: 16 } as const;
const nobody: Turn = { who: '' };

/**
 * The inference port on onnxruntime, in a process of its own: its calls hold the thread they run on, and a model is a program somebody
 * else wrote. Work goes through it one call at a time, so whoever ends it is known.
 */
export class OnnxInference implements Inference {
  readonly #options: Required<OnnxInferenceOptions>;
  readonly #turns = new Turns(predictionTurns);
  readonly #trials = new Turns(trialTurns);
  /** In the order of their last use. */
  readonly #loaded = new Map<string, { readonly signature: ModelSignature; readonly sizeBytes: number }>();
  readonly #endings: ModelEndings;
  #process: ModelProcess | undefined;
  #closed = false;

  constructor(options: OnnxInferenceOptions) {
    const defaults = {
      maxLoaded: 8,
      maxLoadedBytes: 200_000_000,
      memoryBytes: 768_000_000,
      requestMs: 10_000,
    };
    this.#options = { ...defaults, ...options };
    this.#endings = new ModelEndings(options.clock);
  }

  async describe(read: () => Promise<Uint8Array>, whose: Turn = nobody): Promise<ModelDescription> {
    await this.ping();
    return await this.#trials.run(whose, async () => {
      const bytes = await read();
      checkOnnxFile(bytes);
      const sha256 = await sha256Of(bytes);
      const { signature } = this.#expect('loaded', await this.#tryLoading(sha256, bytes));
      checkSignature(signature);
      return { sha256, sizeBytes: bytes.length, signature };
    });
  }

  async #tryLoading(sha256: string, bytes: Uint8Array): Promise<FromModels> {
    await using trial = new ModelProcess(this.#options);
    try {
      return await trial.request({ kind: 'load', sha256, bytes });
    } catch (error) {
      if (!(error instanceof ModelProcessLost)) throw error;
      this.#options.log.warn({ reason: error.message }, 'a model could not be loaded');
      if (error.wasTaken) throw lateOrGone(error);
      throw refused('needs more memory or time to load than it may have');
    }
  }

  async predict(
    model: ModelReference,
    items: readonly ModelInputs[],
    whose: Turn = nobody,
  ): Promise<readonly Prediction[]> {
    await this.ping();
    if (items.length > inferenceLimits.batchItems) {
      const message = `At most ${inferenceLimits.batchItems} items can be predicted at once.`;
      throw new CodedError('BAD_USER_INPUT', message, { details: { limit: inferenceLimits.batchItems } });
    }
    return await this.#turns.run(whose, async () => {
      try {
        this.#endings.requireFew(model.sha256, whose.who);
        const signature = await this.#load(model);
        return await this.#predictAll({ sha256: model.sha256, signature, items, signal: whose.signal });
      } catch (error) {
        if (!(error instanceof ModelProcessLost)) throw error;
        if (!this.#closed) this.#noteEnding(model.sha256, { who: whose.who, lost: error });
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
    readonly signal: AbortSignal | undefined;
  }): Promise<readonly Prediction[]> {
    const { sha256, signature, items, signal } = call;
    const { clock, requestMs } = this.#options;
    const endsAtMs = clock.monotonicMs() + requestMs;
    let values = 0;
    return await predictItems({
      signature,
      items,
      run: async (feeds) => {
        // Each run has its own limit; together they have it too, because everybody waits for this call.
        if (clock.monotonicMs() >= endsAtMs)
          throw new CodedError('DEADLINE_EXCEEDED', 'The model took too long.');
        requireStillWanted(signal);
        return await this.#ask({ kind: 'run', sha256, feeds });
      },
      outputsOf: (answer) => this.#expect('ran', answer).outputs,
      weigh: (outputs, asked) => {
        values += outputValues(outputs, asked);
        if (values > inferenceLimits.batchValues) throw excess();
      },
    });
  }

  async #load({ sha256, read }: ModelReference): Promise<ModelSignature> {
    if (this.#process?.isLost === true) this.#loaded.clear();
    const known = this.#loaded.get(sha256);
    if (known !== undefined) {
      this.#loaded.delete(sha256);
      this.#loaded.set(sha256, known);
      return known.signature;
    }
    const bytes = await read();
    if ((await sha256Of(bytes)) !== sha256) throw refused('is not the file that was registered');
    checkOnnxFile(bytes);
    const sizeBytes = bytes.length;
    await this.#makeRoom(sizeBytes);
    const { signature } = this.#expect('loaded', await this.#ask({ kind: 'load', sha256, bytes }));
    this.#loaded.set(sha256, { signature, sizeBytes });
    return signature;
  }

  async #makeRoom(sizeBytes: number): Promise<void> {
    const { maxLoaded, maxLoadedBytes } = this.#options;
    let totalBytes = [...this.#loaded.values()].reduce((total, each) => total + each.sizeBytes, sizeBytes);
    for (const [oldest, { sizeBytes: freed }] of this.#loaded) {
      if (this.#loaded.size < maxLoaded && totalBytes <= maxLoadedBytes) return;
      await this.#ask({ kind: 'release', sha256: oldest });
      this.#loaded.delete(oldest);
      totalBytes -= freed;
    }
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
    if (message.kind === 'excess') throw excess();
    if (message.kind === 'unsupported') throw unsupported(message);
    const said = message.kind === 'failed' ? message.message.slice(0, 500) : message.kind;
    this.#options.log.warn({ reason: said }, 'a model failed');
    throw refused(kind === 'loaded' ? 'cannot be loaded' : 'failed on these inputs');
  }

  /** A call that took too long fails alone: how long it takes is up to whoever asks. So does one whose process a kernel took for its memory, as it does first. */
  #noteEnding(
    sha256: string,
    { who, lost }: { readonly who: string; readonly lost: ModelProcessLost },
  ): void {
    this.#options.log.warn({ reason: lost.message }, 'a model ended its process');
    if (lost.kind !== 'late' && !lost.wasTaken) this.#endings.note(sha256, who);
  }
}

function excess(): CodedError {
  return refused(`answers these inputs with more than ${inferenceLimits.batchValues} values`);
}

function unsupported({ tensor, type }: Extract<FromModels, { kind: 'unsupported' }>): CodedError {
  const name = JSON.stringify(tensor.slice(0, 100));
  const why =
    type === null
      ? `passes ${name} as a sequence or a map: export it with tensors alone (for scikit-learn with the option zipmap=False)`
      : `passes ${name} as ${type}: export it as float32, float64, int32, int64, bool or string`;
  return refused(why, { tensor: tensor.slice(0, 100), type });
}

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
    if (name === '__proto__') throw refused('has a tensor named __proto__');
    if (shape.reduce<number>((product, size) => product * (size ?? 1), 1) > batchValues) {
      throw refused(`has a tensor of more than ${batchValues} values`, { tensor: name, shape });
    }
  }
}
