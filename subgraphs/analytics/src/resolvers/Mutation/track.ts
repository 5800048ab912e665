import type { MutationResolvers } from '../../generated/schema.ts';
import { trackEvents } from '../../usecases/track-events.ts';

export const track: NonNullable<MutationResolvers['track']> = async (
  _parent,
  { events, checkOnly },
  { principal, core },
) => {
  const outcomes = await trackEvents(events, {
    ...core,
    principal,
    types: core.eventTypes,
    checkOnly: checkOnly === true,
  });
  return outcomes.map((outcome) => {
    if (outcome.status !== 'REFUSED')
      return { ...outcome, id: checkOnly === true ? null : outcome.id, error: null };
    const { code, message, details } = outcome.error;
    const field = typeof details['field'] === 'string' ? details['field'] : null;
    return { id: null, status: 'REFUSED', error: { code, message, field } };
  });
};
