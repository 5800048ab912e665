import { expect, test } from 'vitest';
import { openJobs, viewer, workspaceId } from './open-jobs.ts';

test('queues are listed by name, page by page, however many there are', async () => {
  await using jobs = await openJobs();
  const names = Array.from({ length: 130 }, (_, at) => `queue-${String(at).padStart(3, '0')}`);
  await jobs.relational.query(
    "INSERT INTO jobs.queue (workspace_id, name, state, sweep_until) SELECT $1, name, 'RUNNING', now() FROM unnest($2::text[]) AS name",
    [workspaceId, names],
  );
  await jobs.enqueue({ queue: 'queue-099b' });
  const page = async (first: number, after: string | null) => {
    const asked = `query ($first: Int, $after: Cursor) { queues(first: $first, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } } }`;
    return (await jobs.ask(viewer, asked, { first, after })).data.queues;
  };
  const seen: string[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { nodes, pageInfo } = await page(60, after);
    seen.push(...nodes.map(({ name }: { name: string }) => name));
    more = pageInfo.hasNextPage;
    after = pageInfo.endCursor;
  }
  expect(seen).toEqual([...names, 'queue-099b'].sort());
  const { codes } = await jobs.ask(viewer, '{ queues(after: "WyJSdW4iXQ") { nodes { name } } }');
  expect(codes).toEqual(['CURSOR_INVALID']);
});
