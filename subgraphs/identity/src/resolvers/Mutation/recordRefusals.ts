import type { MutationResolvers } from '../../generated/schema.ts';

/** Answers when the refusals are in the outbox; repeats within a minute count as one. Fails when they cannot be written: whoever sent them keeps them. */
export const recordRefusals: NonNullable<MutationResolvers['recordRefusals']> = async (
  _parent,
  { input },
  { refusals },
) => {
  await refusals.recordAll(input);
  return input.length;
};
