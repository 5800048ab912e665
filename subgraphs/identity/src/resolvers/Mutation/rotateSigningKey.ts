import type { MutationResolvers } from '../../generated/schema.ts';
import { rotateSigningKey as rotate } from '../../usecases/rotate-signing-key.ts';

export const rotateSigningKey: NonNullable<MutationResolvers['rotateSigningKey']> = (
  _parent,
  _args,
  context,
) => rotate(context.core, context);
