import { hookTable } from '../../adapters/hook-table.ts';
import type { QueryResolvers } from '../../generated/schema.ts';
import { ownPageOf } from '../own-pages.ts';

export const hooks: NonNullable<QueryResolvers['hooks']> = (_parent, page, context) =>
  ownPageOf(context, hookTable, { list: 'Hook', ...page });
