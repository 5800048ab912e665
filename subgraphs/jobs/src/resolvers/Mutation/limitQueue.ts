import type { MutationResolvers } from '../../generated/schema.ts';
import { changeQueue, queueLimitsFrom } from '../../usecases/change-queue.ts';

export const limitQueue: NonNullable<MutationResolvers['limitQueue']> = (
  _parent,
  { name, limits, expectedVersion },
  { core, principal },
) => changeQueue(core, principal, { name, ...queueLimitsFrom(limits), expectedVersion });
