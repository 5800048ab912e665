import { newId } from '@tributary/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { form, member, operatorWorkspaceId, type RunningFiles, runFiles, uploaded } from './running-files.ts';

const operator = member('OWNER', operatorWorkspaceId);
let files: RunningFiles;
beforeAll(async () => {
  files = await runFiles({ settings: { quotaBytes: 1_000 } });
  // Workspaces are identity's: one is there once somebody is in it.
  await files.enters(operator);
});
afterAll(() => files[Symbol.asyncDispose]());

const set = `mutation ($workspaceId: ID!, $quotaBytes: Float) { setWorkspaceQuota(workspaceId: $workspaceId, quotaBytes: $quotaBytes) {
  workspaceId usedBytes quotaBytes isOwn } }`;

test('an operator gives a workspace more or less than others have, and takes that back', async () => {
  const [editor, other] = [member('EDITOR'), member('EDITOR')];
  const { workspaceId } = editor;
  const send = (as: typeof editor, size: number) =>
    files.send(as, 'POST', '/files/form', form([{ name: 'a', bytes: 'x'.repeat(size) }]));
  await uploaded(files, editor, { name: 'a', bytes: 'x'.repeat(900) });
  expect((await send(editor, 900)).json().code).toBe('QUOTA_EXCEEDED');
  const given = await files.ask(operator, set, { workspaceId, quotaBytes: 2_000 });
  expect(given.data.setWorkspaceQuota).toEqual({
    workspaceId,
    usedBytes: 900,
    quotaBytes: 2_000,
    isOwn: true,
  });
  expect((await files.ask(editor, '{ workspaceUsage { quotaBytes } }')).data.workspaceUsage).toEqual({
    quotaBytes: 2_000,
  });
  expect((await send(editor, 900)).status).toBe(201);
  expect((await send(other, 1_001)).json().code).toBe('QUOTA_EXCEEDED');
  // Less than it holds: what is there stays, and nothing comes to it.
  await files.ask(operator, set, { workspaceId, quotaBytes: 0 });
  expect((await send(editor, 1)).json().code).toBe('QUOTA_EXCEEDED');
  expect((await files.ask(editor, '{ files { totalCount } }')).data.files.totalCount).toBe(2);
  const back = await files.ask(operator, set, { workspaceId, quotaBytes: null });
  expect(back.data.setWorkspaceQuota).toMatchObject({ quotaBytes: 1_000, isOwn: false });
});

test('who set a quota is told in the workspace it is about and in that of the operators, once', async () => {
  const editor = member('EDITOR');
  const { workspaceId } = editor;
  await files.enters(editor);
  await files.takeEvents();
  for (let n = 0; n < 2; n += 1) await files.ask(operator, set, { workspaceId, quotaBytes: 5_000 });
  const told = (await files.takeEvents()).map(({ topic, event }) => ({
    topic,
    type: event.type,
    workspace: event.workspaceid,
    actor: event.actorid,
    data: event.data,
  }));
  const event = {
    topic: 'files.quota',
    type: 'files.quota.changed',
    actor: operator.id,
    data: { workspaceId, quotaBytes: 5_000 },
  };
  expect(told).toEqual([
    { ...event, workspace: workspaceId },
    { ...event, workspace: operatorWorkspaceId },
  ]);
  await files.ask(operator, set, { workspaceId: operatorWorkspaceId, quotaBytes: 7_000 });
  expect(await files.takeEvents()).toHaveLength(1);
});

test('nobody but owners of the operator workspace sets a quota, their own least of all', async () => {
  const owner = member('OWNER');
  for (const as of [owner, member('ADMIN', operatorWorkspaceId)])
    expect((await files.ask(as, set, { workspaceId: owner.workspaceId, quotaBytes: 1e9 })).code).toBe(
      'FORBIDDEN',
    );
  expect((await files.ask(owner, '{ workspaceUsage { quotaBytes } }')).data.workspaceUsage.quotaBytes).toBe(
    1_000,
  );
});

test.each([
  [{ quotaBytes: -1 }, 'BAD_USER_INPUT'],
  [{ quotaBytes: 1.5 }, 'BAD_USER_INPUT'],
  [{ quotaBytes: 2 ** 50 + 1 }, 'BAD_USER_INPUT'],
  [{ workspaceId: newId(), quotaBytes: 1 }, 'NOT_FOUND'],
  [{ workspaceId: "' OR 1=1", quotaBytes: 1 }, 'NOT_FOUND'],
])('%j is refused as %s', async (asked, code) => {
  expect((await files.ask(operator, set, { workspaceId: operatorWorkspaceId, ...asked })).code).toBe(code);
});
