import type { TensorSpec } from '@tributary/engines/inference';
import type { InferenceModelResolvers, InferenceModelVersionResolvers } from '../generated/schema.ts';
import { comparedOutput } from '../usecases/predicted-number.ts';

export const InferenceModel: InferenceModelResolvers = {
  createdAt: ({ createdAt }) => createdAt.toISOString(),
  updatedAt: ({ updatedAt }) => updatedAt.toISOString(),
  versions: async ({ name }, _args, { modelVersions }) => [...(await modelVersions.load(name))],
  fields: ({ name }, _args, { core }) =>
    core.predictions.declared
      .filter(({ model }) => model === name)
      .map(({ typeName, field, description }) => ({
        type: typeName,
        field,
        description: description ?? null,
      })),
  shadow: async ({ name, live, shadow }, _args, { modelVersions, shadowDrift }) => {
    if (shadow === null) return null;
    const versions = await modelVersions.load(name);
    const [liveOne, shadowOne] = [live, shadow].map((number) =>
      versions.find(({ version }) => version === number),
    );
    const output =
      liveOne === undefined || shadowOne === undefined
        ? undefined
        : comparedOutput(liveOne.signature, shadowOne.signature);
    const drift = await shadowDrift.load({ name, liveVersion: live ?? 0, shadowVersion: shadow });
    return { version: shadow, output: output ?? null, ...drift };
  },
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
