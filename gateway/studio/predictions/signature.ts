import type { InferenceModelsQuery } from '../generated/operations.ts';

export type Model = NonNullable<InferenceModelsQuery['inferenceModels']>[number];
export type Version = Model['versions'][number];
export type Tensor = Version['inputs'][number];

/** `number`, or `number × 8`: what one item gives, without the dimension that counts items. */
export function readableTensor({ type, shape }: Tensor): string {
  const kind = {
    FLOAT: 'number',
    DOUBLE: 'number',
    INT32: 'whole number',
    INT64: 'whole number',
    BOOL: 'true or false',
    STRING: 'text',
  }[type];
  const sizes = shape.slice(1).filter((size) => size !== 1);
  return sizes.length === 0 ? kind : `${kind} × ${sizes.map((size) => size ?? 'any').join(' × ')}`;
}

/** What was typed for an input, as the model takes it. What does not fit is for the server to say: it knows the signature best. */
export function inputValue(tensor: Tensor, text: string): unknown {
  if (tensor.type === 'STRING' && !text.trimStart().startsWith('[')) return text;
  // Whole numbers that a double does not hold are exact as texts.
  const exact = tensor.type === 'INT64' ? text.replace(/(?<![\d."-])-?\d{16,}(?![\d."])/g, '"$&"') : text;
  try {
    return JSON.parse(exact);
  } catch {
    return text;
  }
}
