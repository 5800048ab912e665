import type { MutationResolvers } from '../../generated/schema.ts';
import { updateSchedule as update } from '../../usecases/schedules.ts';

export const updateSchedule: NonNullable<MutationResolvers['updateSchedule']> = (
  _parent,
  asked,
  { core, principal },
) => update(core, principal, asked);
