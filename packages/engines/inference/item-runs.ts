import { itemGroups, type Placed } from './item-groups.ts';
import type { FromModels } from './onnx-messages.ts';
import type { ModelInputs, ModelSignature, Prediction } from './port.ts';
import { type AskedOutputs, countsNoItems, outputRows, type Tensor, tensorsOf } from './tensor-rows.ts';

export interface ItemRuns {
  readonly signature: ModelSignature;
  readonly items: readonly ModelInputs[];
  /** Runs the model once. @throws for whatever ends the call */
  readonly run: (feeds: Readonly<Record<string, Tensor>>) => Promise<FromModels>;
  /** What a run gave. @throws CodedError INFERENCE_MODEL_REFUSED for one that failed */
  readonly outputsOf: (answer: FromModels) => Readonly<Record<string, Tensor>>;
  /** Told of what will be answered. @throws CodedError INFERENCE_MODEL_REFUSED for more than may be */
  readonly weigh: (outputs: Readonly<Record<string, Tensor>>, asked: AskedOutputs) => void;
}

/** Runs that may fail while it is looked for the items they fail on: of ten in a thousand each is found. Beyond, the model fails on these inputs. */
const mostFailures = 100;

/**
 * One prediction an item, in order. Items that fit are run together. Where the model fails on some of them (an index out of range, a division by zero) those are found by halves, and have no
 * prediction; where what it says is not one thing an item (the different values among all of them), each is run by itself, so that it is told what it would be told alone.
 */
export async function predictItems({
  signature,
  items,
  run,
  outputsOf,
  weigh,
}: ItemRuns): Promise<readonly Prediction[]> {
  const predictions: Prediction[] = new Array(items.length);
  const groups: (readonly Placed[])[] = [...itemGroups(signature, items, predictions)];
  let failures = 0;
  let failed: FromModels | undefined;
  let hasRun = false;
  for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
    const asked = { count: group.length, outputs: signature.outputs };
    const answer = await run(
      tensorsOf(
        signature,
        group.map(({ item }) => item),
      ),
    );
    if (answer.kind === 'failed' && failures < mostFailures) {
      failures += 1;
      failed = answer;
      const half = Math.ceil(group.length / 2);
      if (half < group.length) groups.unshift(group.slice(0, half), group.slice(half));
      else for (const { at } of group) predictions[at] = unpredicted;
      continue;
    }
    const outputs = outputsOf(answer);
    hasRun = true;
    if (group.length > 1 && countsNoItems(outputs, asked)) {
      groups.unshift(...group.map((item) => [item]));
      continue;
    }
    weigh(outputs, asked);
    const rows = outputRows(outputs, asked);
    group.forEach(({ at }, place) => {
      predictions[at] = { outputs: rows[place] ?? {} };
    });
  }
  // A model that fails on all that it is given is the fault, and not the items.
  if (failed !== undefined && !hasRun) outputsOf(failed);
  return predictions;
}

const unpredicted: Prediction = { fault: { message: 'The model failed on this item.', details: {} } };
