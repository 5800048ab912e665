import { scheduleTable } from '../../adapters/schedule-table.ts';
import type { QueryResolvers } from '../../generated/schema.ts';
import { ownPageOf } from '../own-pages.ts';

export const schedules: NonNullable<QueryResolvers['schedules']> = (_parent, page, context) =>
  ownPageOf(context, scheduleTable, { list: 'Schedule', ...page });
