import type { QueryResolvers } from '../../generated/schema.ts';
import { runsPage } from '../run-pages.ts';

export const deadLetters: NonNullable<QueryResolvers['deadLetters']> = (
  _parent,
  { job, first, after },
  context,
) => {
  const of = job === null || job === undefined ? {} : { job: { eq: job } };
  return runsPage(context, { where: { ...of, state: { eq: 'FAILED' } }, first, after });
};
