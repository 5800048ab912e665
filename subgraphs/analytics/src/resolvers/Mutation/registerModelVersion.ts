import type { MutationResolvers } from '../../generated/schema.ts';
import { registerModelVersion as register } from '../../usecases/register-model-version.ts';

export const registerModelVersion: NonNullable<MutationResolvers['registerModelVersion']> = async (
  _parent,
  { input },
  { principal, core },
) => {
  const { model, description = null, note = null } = input;
  // The scalar hands resolvers bytes, whatever text it was.
  const file = input.file as unknown as Uint8Array;
  return await register({ model, description, note, file }, { ...core, principal });
};
