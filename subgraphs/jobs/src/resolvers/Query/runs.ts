import type { QueryResolvers } from '../../generated/schema.ts';
import { runsPage } from '../run-pages.ts';

export const runs: NonNullable<QueryResolvers['runs']> = (
  _parent,
  { where, orderBy, first, after },
  context,
) => runsPage(context, { where, direction: orderBy?.createdAt, first, after });
