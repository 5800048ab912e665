import type { MutationResolvers } from '../../generated/schema.ts';
import { registerModelVersion as register } from '../../usecases/register-model-version.ts';

export const registerModelVersion: NonNullable<MutationResolvers['registerModelVersion']> = async (
  _parent,
  { input },
  { principal, core, findFile },
) => {
  const { model, description = null, note = null, file } = input;
  return await register({ model, description, note, file }, { ...core, principal, findFile });
};
