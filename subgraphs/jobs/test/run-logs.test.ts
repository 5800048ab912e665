import { expect, test } from 'vitest';
import { openJobs, viewer } from './open-jobs.ts';

test('the log of a run is read from its beginning, or from its end back, line by line', async () => {
  await using jobs = await openJobs();
  const id = await jobs.enqueue();
  const [run] = await jobs.claim();
  if (run === undefined) throw new Error('the run is claimed');
  const said = [1, 2, 3, 4, 5].map((line) => ({
    level: 'INFO' as const,
    message: `line ${line}`,
    fields: {},
    atMs: 0,
  }));
  await jobs.queue.log(run.lease, said);
  const list = `query ($id: ID!, $after: Cursor, $newestFirst: Boolean!) { run(id: $id) {
    logs(first: 2, after: $after, newestFirst: $newestFirst) { nodes { seq } pageInfo { hasNextPage endCursor } } } }`;
  for (const newestFirst of [false, true]) {
    const pages: number[][] = [];
    for (let after: string | null = null; ; ) {
      const { logs } = (await jobs.ask(viewer, list, { id, after, newestFirst })).data.run as {
        logs: { nodes: { seq: number }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
      };
      pages.push(logs.nodes.map(({ seq }) => seq));
      if (!logs.pageInfo.hasNextPage) break;
      after = logs.pageInfo.endCursor;
      const turned = { id, after, newestFirst: !newestFirst };
      expect((await jobs.ask(viewer, list, turned)).codes).toEqual(['CURSOR_INVALID']);
    }
    expect(pages).toEqual(newestFirst ? [[5, 4], [3, 2], [1]] : [[1, 2], [3, 4], [5]]);
  }
});
