import type { MutationResolvers } from '../../generated/schema.ts';
import { switchWorkspace as moveSession } from '../../usecases/switch-workspace.ts';

export const switchWorkspace: NonNullable<MutationResolvers['switchWorkspace']> = (
  _parent,
  { slug },
  context,
) => moveSession(context.core, context, slug);
