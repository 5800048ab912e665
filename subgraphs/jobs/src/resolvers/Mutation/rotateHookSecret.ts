import type { MutationResolvers } from '../../generated/schema.ts';
import { rotateHookSecret as rotate } from '../../usecases/hooks.ts';

export const rotateHookSecret: NonNullable<MutationResolvers['rotateHookSecret']> = (
  _parent,
  asked,
  { core, principal },
) => rotate(core, principal, asked);
