import type { MutationResolvers } from '../../generated/schema.ts';
import { deleteSchedule as remove } from '../../usecases/schedules.ts';

export const deleteSchedule: NonNullable<MutationResolvers['deleteSchedule']> = (
  _parent,
  asked,
  { core, principal },
) => remove(core, principal, asked);
