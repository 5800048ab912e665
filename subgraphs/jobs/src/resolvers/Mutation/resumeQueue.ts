import type { MutationResolvers } from '../../generated/schema.ts';
import { changeQueue } from '../../usecases/change-queue.ts';

export const resumeQueue: NonNullable<MutationResolvers['resumeQueue']> = (
  _parent,
  { name, expectedVersion },
  { core, principal },
) => changeQueue(core, principal, { name, state: 'RUNNING', expectedVersion });
