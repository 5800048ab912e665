import type { TensorSpec } from '@tributary/engines/inference';
import { readPairs } from '../adapters/shadow-table.ts';
import { meanDifference, populationStability } from '../domain/drift.ts';
import type {
  InferenceModelResolvers,
  InferenceModelVersionResolvers,
  InferenceShadowResolvers,
} from '../generated/schema.ts';
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
  shadow: async ({ name, live, shadow }, _args, { principal, core, modelVersions }) => {
    if (shadow === null) return null;
    const { workspaceId } = principal;
    const key = { workspaceId, name, liveVersion: live ?? 0, shadowVersion: shadow };
    const versions = await modelVersions.load(name);
    const [liveOne, shadowOne] = [live, shadow].map((number) =>
      versions.find(({ version }) => version === number),
    );
    const output =
      liveOne === undefined || shadowOne === undefined
        ? undefined
        : comparedOutput(liveOne.signature, shadowOne.signature);
    return { version: shadow, output: output ?? null, pairs: await readPairs(core.relational, key) };
  },
  liveVersion: async ({ name, live }, _args, { modelVersions }) =>
    (await modelVersions.load(name)).find(({ version }) => version === live) ?? null,
};

export const InferenceShadow: InferenceShadowResolvers = {
  items: ({ pairs }) => pairs.length,
  stabilityIndex: ({ pairs }) =>
    populationStability(
      pairs.map(({ live }) => live),
      pairs.map(({ shadow }) => shadow),
    ),
  meanDifference: ({ pairs }) => meanDifference(pairs),
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
