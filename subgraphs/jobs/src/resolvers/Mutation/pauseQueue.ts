import type { MutationResolvers } from '../../generated/schema.ts';
import { changeQueue } from '../../usecases/change-queue.ts';

export const pauseQueue: NonNullable<MutationResolvers['pauseQueue']> = (
  _parent,
  { name, expectedVersion },
  { core, principal },
) => changeQueue(core, principal, { name, state: 'PAUSED', expectedVersion });
