import type { MutationResolvers } from '../../generated/schema.ts';
import { changeQueue } from '../../usecases/change-queue.ts';

export const drainQueue: NonNullable<MutationResolvers['drainQueue']> = (
  _parent,
  { name, expectedVersion },
  { core, principal },
) => changeQueue(core, principal, { name, state: 'DRAINING', expectedVersion });
