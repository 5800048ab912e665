import { defineJob } from '@tributary/job-runner';
import { z } from 'zod';

export const countAirports = defineJob({
  name: 'count-airports',
  description: 'Counts the airports of the workspace.',
  input: z.strictObject({}),
  module: import.meta.url,
  run: async ({ graph }) => {
    const { airports } = await graph<{ airports: { totalCount: number } }>(
      '{ airports(first: 1) { totalCount } }',
    );
    return { airports: airports.totalCount };
  },
});
