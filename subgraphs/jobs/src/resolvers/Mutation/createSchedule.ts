import type { MutationResolvers } from '../../generated/schema.ts';
import { createSchedule as create } from '../../usecases/schedules.ts';

export const createSchedule: NonNullable<MutationResolvers['createSchedule']> = (
  _parent,
  { input },
  { core, principal },
) => create(core, principal, input);
