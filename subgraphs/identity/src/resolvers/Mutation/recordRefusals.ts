import type { MutationResolvers } from '../../generated/schema.ts';

/** Answers when the refusals are in the outbox; repeats within a minute count as one. */
export const recordRefusals: NonNullable<MutationResolvers['recordRefusals']> = async (
  _parent,
  { input },
  { refusals },
) => {
  for (const refusal of input) refusals.record(refusal);
  await refusals.settled();
  return input.length;
};
