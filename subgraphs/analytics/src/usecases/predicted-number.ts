import type { ModelSignature, TensorSpec, TensorValue } from '@tributary/engines/inference';

/** What a model says as one number: also an integer of 64 bits that a number can hold, as classifiers give their labels. */
export function asNumber(value: TensorValue | undefined): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'bigint') return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** Whether an output is ever one number an item, whatever the inputs are; the first dimension counts the items, and more than one other makes lists of lists. */
export function canBeNumber({ type, shape }: TensorSpec): boolean {
  const [, size = 1, ...deeper] = shape;
  return type !== 'STRING' && type !== 'BOOL' && deeper.length === 0 && (size === null || size === 1);
}

/** The output by which two versions are compared: the first of the live one's that is one number an item in both. Undefined when they share none. */
export function comparedOutput(live: ModelSignature, shadow: ModelSignature): string | undefined {
  const shared = new Set(shadow.outputs.filter(canBeNumber).map(({ name }) => name));
  return live.outputs.find((output) => canBeNumber(output) && shared.has(output.name))?.name;
}

/** What an output is, for people. */
export function kindOf({ type, shape }: TensorSpec): string {
  return `${type} of shape [${shape.map((size) => size ?? 'any').join(', ')}]`;
}
