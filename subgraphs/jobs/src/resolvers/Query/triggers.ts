import { triggerTable } from '../../adapters/trigger-table.ts';
import type { QueryResolvers } from '../../generated/schema.ts';
import { ownPageOf } from '../own-pages.ts';

export const triggers: NonNullable<QueryResolvers['triggers']> = (_parent, page, context) =>
  ownPageOf(context, triggerTable, { list: 'Trigger', ...page });
