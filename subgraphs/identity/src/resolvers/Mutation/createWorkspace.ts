import type { MutationResolvers } from '../../generated/schema.ts';
import { createWorkspace as make } from '../../usecases/create-workspace.ts';

export const createWorkspace: NonNullable<MutationResolvers['createWorkspace']> = (
  _parent,
  { input },
  context,
) => make(context.core, context, input);
