import { CodedError } from '@tributary/runtime';
import { inferenceLimits, type ModelInputs, type ModelSignature, type Prediction } from './port.ts';
import { type FlatItem, flatItem, type InputFault } from './tensor-rows.ts';

export interface Placed {
  readonly at: number;
  readonly item: FlatItem;
}

/**
 * Items that fit, by equal sizes; models with a fixed first dimension other than any are given one at a time. What does not fit is noted
 * in `predictions`. @throws CodedError BAD_USER_INPUT for more values than a call may have
 */
export function itemGroups(
  signature: ModelSignature,
  items: readonly ModelInputs[],
  predictions: Prediction[],
): readonly (readonly Placed[])[] {
  const single = signature.inputs.some(({ shape }) => shape[0] !== null);
  const groups = new Map<string, Placed[]>();
  let values = 0;
  items.forEach((given, at) => {
    const item = flatItem(signature, given);
    if (isFault(item)) {
      predictions[at] = { fault: item };
      return;
    }
    for (const flat of Object.values(item.values)) values += flat.length;
    if (values > inferenceLimits.batchValues) throw tooManyValues();
    const key = single ? String(at) : JSON.stringify(item.sizes);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push({ at, item });
  });
  return [...groups.values()];
}

function tooManyValues(): CodedError {
  const { batchValues } = inferenceLimits;
  return new CodedError('BAD_USER_INPUT', `The inputs of a call have ${batchValues} values at most.`, {
    details: { limit: batchValues },
  });
}

const isFault = (item: FlatItem | InputFault): item is InputFault => 'message' in item;
