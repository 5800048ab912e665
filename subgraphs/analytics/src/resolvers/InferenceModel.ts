import type { TensorSpec } from '@tributary/engines/inference';
import type { InferenceModelResolvers, InferenceModelVersionResolvers } from '../generated/schema.ts';

export const InferenceModel: InferenceModelResolvers = {
  createdAt: ({ createdAt }) => createdAt.toISOString(),
  updatedAt: ({ updatedAt }) => updatedAt.toISOString(),
  versions: async ({ name }, _args, { modelVersions }) => [...(await modelVersions.load(name))],
  liveVersion: async ({ name, live }, _args, { modelVersions }) =>
    (await modelVersions.load(name)).find(({ version }) => version === live) ?? null,
};

export const InferenceModelVersion: InferenceModelVersionResolvers = {
  model: ({ name }) => name,
  inputs: ({ signature }) => signature.inputs.map(tensor),
  outputs: ({ signature }) => signature.outputs.map(tensor),
  createdAt: ({ createdAt }) => createdAt.toISOString(),
};

function tensor({ name, type, shape }: TensorSpec): {
  name: string;
  type: TensorSpec['type'];
  shape: (number | null)[];
} {
  return { name, type, shape: [...shape] };
}
