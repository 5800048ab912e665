import type { ModelInputs, TensorValue } from '@tributary/engines/inference';
import type { QueryResolvers } from '../../generated/schema.ts';
import { predict as predictItems } from '../../usecases/predict.ts';

export const predict: NonNullable<QueryResolvers['predict']> = async (
  _parent,
  { model, inputs, version },
  { principal, core, signal },
) => {
  const { workspaceId } = principal;
  const request = { model, version: version ?? null, inputs: inputs.map(asItem) };
  const predicted = await predictItems(request, { ...core, workspaceId, signal });
  return {
    model,
    version: predicted.version.version,
    predictions: predicted.predictions.map((each) => {
      if ('outputs' in each) return { outputs: asJson(each.outputs), error: null };
      const input = each.fault.details['input'];
      const { message } = each.fault;
      return {
        outputs: null,
        error: { code: 'BAD_USER_INPUT', message, input: typeof input === 'string' ? input : null },
      };
    }),
  };
};

/** What is no object has no inputs: the model tells which one is missing. */
function asItem(value: unknown): ModelInputs {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ModelInputs) : {};
}

/** JSON has no integers of 64 bits: those that a number would change are texts. */
function asJson(value: TensorValue | Readonly<Record<string, TensorValue>>): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  // Neither has it NaN and the infinities.
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(asJson);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, asJson(each as TensorValue)]));
}
