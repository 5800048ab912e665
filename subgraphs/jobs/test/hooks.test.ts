import { systemClock as clock, newId } from '@tributary/runtime';
import { takeRights } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { admin, editor, member, openJobs, stranger, viewer } from './open-jobs.ts';
import { createHook as create, type Hook, made, send, signed } from './signed-hook.ts';

test('a signed call is a run with the body as its input, which acts for whoever made the hook', async () => {
  await using jobs = await openJobs();
  const hook = await made(jobs, { priority: 5 });
  const answer = await send(jobs, hook, '{"order":7,"line.items":[{"$sku":"a"}]}');
  expect(answer).toEqual({ status: 202, json: { runId: expect.any(String), isNew: true } });
  const { run } = (
    await jobs.ask(
      viewer,
      `{ run(id: "${answer.json.runId}") { input origin priority state startedBy { id } } }`,
    )
  ).data;
  expect(run).toEqual({
    input: { order: 7, 'line.items': [{ $sku: 'a' }] },
    origin: `hook:${hook.id}`,
    priority: 5,
    state: 'QUEUED',
    startedBy: { id: admin.id },
  });
});

test('a call that comes again is answered the run it was, and starts none', async () => {
  await using jobs = await openJobs();
  const hook = await made(jobs);
  const first = await send(jobs, hook, '{}', 'msg_1');
  const replayed = await send(jobs, hook, '{}', 'msg_1');
  expect(replayed).toEqual({ status: 202, json: { runId: first.json.runId, isNew: false } });
  // Also when it has ended, and from another hook the id is another call.
  await jobs.queue.succeed((await jobs.claim()).map(({ lease }) => ({ lease, output: null })));
  expect((await send(jobs, hook, '{}', 'msg_1')).json).toEqual({ runId: first.json.runId, isNew: false });
  expect((await send(jobs, await made(jobs), '{}', 'msg_1')).json.isNew).toBe(true);
});

test('a call that comes again is answered as the first was, also when a new one would be refused by now', async () => {
  await using jobs = await openJobs();
  const maker = member('ADMIN');
  const hook = await made(jobs, {}, maker);
  const first = await send(jobs, hook, '{}', 'msg_1');
  const again = { status: 202, json: { runId: first.json.runId, isNew: false } };
  await jobs.ask(admin, 'mutation { drainQueue(name: "default") { name } }');
  expect(await send(jobs, hook, '{}', 'msg_2')).toMatchObject({ status: 409 });
  expect(await send(jobs, hook, '{}', 'msg_1')).toEqual(again);
  await takeRights(jobs.relational, maker, 'removed');
  expect(await send(jobs, hook, '{}', 'msg_2')).toMatchObject({ status: 403 });
  expect(await send(jobs, hook, '{}', 'msg_1')).toEqual(again);
  // A call that was refused has not come before: it is a run once it may be one.
  await jobs.ask(admin, `mutation { updateHook(id: "${hook.id}", input: { enabled: true }) { id } }`);
  await jobs.ask(admin, 'mutation { resumeQueue(name: "default") { name } }');
  expect((await send(jobs, hook, '{}', 'msg_2')).json.isNew).toBe(true);
});

test('whoever cannot sign learns nothing: an unknown hook, a stopped one and a wrong signature answer alike', async () => {
  await using jobs = await openJobs();
  const hook = await made(jobs);
  const stopped = await made(jobs);
  await jobs.ask(admin, `mutation { updateHook(id: "${stopped.id}", input: { enabled: false }) { id } }`);
  const body = '{"a":1}';
  const right = signed(hook.secret, 'm1', body);
  const without = (name: string) =>
    Object.fromEntries(Object.entries(right).filter(([header]) => header !== name));
  const answers = await Promise.all([
    jobs.call(`/hooks/${newId()}`, right, body),
    jobs.call("/hooks/' OR 1=1", right, body),
    send(jobs, stopped, body),
    jobs.call(hook.path, right, '{"a":2}'),
    jobs.call(hook.path, { ...right, 'webhook-id': 'm2' }, body),
    jobs.call(hook.path, signed((await made(jobs)).secret, 'm1', body), body),
    jobs.call(hook.path, without('webhook-signature'), body),
    jobs.call(hook.path, without('webhook-id'), body),
    jobs.call(hook.path, { ...right, 'webhook-signature': 'v1,' }, body),
    jobs.call(
      hook.path,
      { ...right, 'webhook-signature': `v1a,${right['webhook-signature']?.slice(3)}` },
      body,
    ),
    send(jobs, hook, body, 'an id with spaces'),
  ]);
  const [told] = answers;
  expect(told).toMatchObject({ status: 401, json: { code: 'UNAUTHENTICATED' } });
  // The path is the caller's own words.
  const { instance: _, ...facts } = told?.json ?? {};
  for (const { status, json } of answers)
    expect({ status, json }).toEqual({ status: 401, json: { ...facts, instance: json.instance } });
  expect((await jobs.ask(viewer, '{ runs { nodes { id } } }')).data.runs.nodes).toEqual([]);
  // The right one among others is enough (a sender that rotates shows both).
  const both = { ...right, 'webhook-signature': `v1,AAAA v1a,xyz ${right['webhook-signature']}` };
  expect((await jobs.call(hook.path, both, body)).status).toBe(202);
});

test('a call from more than five minutes ago, or ahead, is refused, whoever signed it', async () => {
  await using jobs = await openJobs();
  const hook = await made(jobs);
  for (const offMs of [-301_000, 310_000])
    expect(
      await jobs.call(hook.path, signed(hook.secret, 'm', '{}', clock.now() + offMs), '{}'),
    ).toMatchObject({
      status: 401,
      json: { code: 'UNAUTHENTICATED', detail: expect.stringContaining('webhook-timestamp') },
    });
  for (const timestamp of ['', 'now', '1e3', '-5'])
    expect(
      (
        await jobs.call(
          hook.path,
          { ...signed(hook.secret, 'm', '{}'), 'webhook-timestamp': timestamp },
          '{}',
        )
      ).status,
    ).toBe(401);
  const late = signed(hook.secret, 'm', '{}', clock.now() - 200_000);
  expect((await jobs.call(hook.path, late, '{}')).status).toBe(202);
});

test('a rotated secret and the one before it both hold for a while; revoked ones do not', async () => {
  await using jobs = await openJobs();
  const hook = await made(jobs);
  const rotate = async (keepOldForMs: number): Promise<Hook> => {
    const text = `mutation { rotateHookSecret(id: "${hook.id}", keepOldForMs: ${keepOldForMs}) { secret hook { secrets { expiresAt } } } }`;
    const { data } = await jobs.ask(admin, text);
    return { ...hook, secret: data.rotateHookSecret.secret };
  };
  const status = async (of: Hook) => (await send(jobs, of, '{}')).status;
  const second = await rotate(60_000);
  expect([await status(hook), await status(second)]).toEqual([202, 202]);
  const third = await rotate(60_000);
  expect([await status(hook), await status(second), await status(third)]).toEqual([401, 202, 202]);
  const shown = (await jobs.ask(admin, '{ hooks { nodes { secrets { expiresAt } } } }')).data.hooks.nodes[0]
    .secrets;
  expect(shown).toEqual([{ expiresAt: null }, { expiresAt: expect.any(String) }]);
  await jobs.relational.query(
    `UPDATE jobs.hook_secret SET expires_at = now() - interval '1 ms' WHERE expires_at IS NOT NULL`,
  );
  expect([await status(second), await status(third)]).toEqual([401, 202]);
  const last = await rotate(0);
  expect([await status(third), await status(last)]).toEqual([401, 202]);
  expect(
    (await jobs.ask(admin, `mutation { rotateHookSecret(id: "${hook.id}", keepOldForMs: -1) { secret } }`))
      .codes,
  ).toEqual(['BAD_USER_INPUT']);
  expect((await jobs.ask(admin, `mutation { deleteHook(id: "${hook.id}") }`)).data.deleteHook).toBe(true);
  expect(await status(last)).toBe(401);
});

test('secrets are stored so that the database alone opens none, and shown once', async () => {
  await using jobs = await openJobs();
  const hook = await made(jobs);
  const { rows } = await jobs.relational.query<{ row: string }>(
    'SELECT h::text || s::text AS row FROM jobs.hook h JOIN jobs.hook_secret s ON s.hook_id = h.id',
  );
  const bytes = Buffer.from(hook.secret.slice('whsec_'.length), 'base64');
  expect(bytes).toHaveLength(32);
  for (const spelling of [bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url')])
    expect(rows[0]?.row).not.toContain(spelling);
  // A row copied to another hook opens for nobody there.
  const other = await made(jobs);
  await jobs.relational.query(
    `UPDATE jobs.hook_secret SET (wrapping_key_id, wrapped) = (SELECT wrapping_key_id, wrapped FROM jobs.hook_secret WHERE hook_id = $1)
     WHERE hook_id = $2`,
    [hook.id, other.id],
  );
  expect((await send(jobs, { ...other, secret: hook.secret }, '{}')).status).toBe(401);
});

test('what the job does not take, what is no JSON and what is too large is refused, to those who can sign', async () => {
  await using jobs = await openJobs();
  const hook = await made(jobs, { job: 'greet' });
  const refused = async (body: string) => {
    const { status, json } = await send(jobs, hook, body);
    return [status, json.code];
  };
  expect(await refused('{"name":7}')).toEqual([400, 'BAD_USER_INPUT']);
  expect(await refused('{"name":')).toEqual([400, 'BAD_USER_INPUT']);
  expect(await refused('')).toEqual([400, 'BAD_USER_INPUT']);
  expect(await refused('{"name":"\\u0000"}')).toEqual([400, 'BAD_USER_INPUT']);
  expect(await refused('{"name":"a","__proto__":{}}')).toEqual([400, 'BAD_USER_INPUT']);
  expect(await refused(`${'['.repeat(60_000)}${']'.repeat(60_000)}`)).toEqual([400, 'BAD_USER_INPUT']);
  expect(await refused(JSON.stringify({ name: 'x'.repeat(256 * 1024) }))).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  expect((await send(jobs, hook, '{"name":"Ada"}')).status).toBe(202);
  await jobs.ask(admin, 'mutation { drainQueue(name: "default") { name } }');
  expect(await refused('{"name":"Ada"}')).toEqual([expect.any(Number), 'QUEUE_DRAINING']);
});

test('what would be another value once it is read is refused, because it is not what was signed', async () => {
  await using jobs = await openJobs();
  const hook = await made(jobs);
  for (const [body, detail] of [
    ['{"orderId":12345678901234567890}', 'holds 12345678901234567890, which has digits'],
    ['{"of":[{"amount":1e400}]}', 'out of range'],
    ['{"of":{"a":1,"\\u0061":2}}', 'the field at /of/a twice'],
  ] as const) {
    const { status, json } = await send(jobs, hook, body);
    expect([status, json]).toMatchObject([
      400,
      { code: 'BAD_USER_INPUT', detail: expect.stringContaining(detail) },
    ]);
  }
  expect((await send(jobs, hook, '{"orderId":9007199254740991,"amount":1e300}')).status).toBe(202);
});

test('only admins see and make hooks, of their own workspace, and each change is told with who made it', async () => {
  await using jobs = await openJobs();
  expect((await jobs.ask(editor, create, { input: { name: 'x', job: 'anything' } })).codes).toEqual([
    'FORBIDDEN',
  ]);
  expect((await jobs.ask(editor, '{ hooks { nodes { id } } }')).codes).toEqual(['FORBIDDEN']);
  const { id } = await made(jobs, { name: 'orders' });
  expect((await jobs.ask(admin, create, { input: { name: 'orders', job: 'anything' } })).codes).toEqual([
    'CONFLICT',
  ]);
  expect((await jobs.ask(stranger, '{ hooks { nodes { id } } }')).data.hooks.nodes).toEqual([]);
  expect((await jobs.ask(stranger, `mutation { rotateHookSecret(id: "${id}") { secret } }`)).codes).toEqual([
    'NOT_FOUND',
  ]);
  expect((await jobs.ask(stranger, `mutation { updateHook(id: "${id}", input: {}) { id } }`)).codes).toEqual([
    'NOT_FOUND',
  ]);
  expect((await jobs.ask(stranger, `mutation { deleteHook(id: "${id}") }`)).data.deleteHook).toBe(false);
  await jobs.ask(admin, `mutation { rotateHookSecret(id: "${id}") { secret } }`);
  await jobs.ask(admin, `mutation { updateHook(id: "${id}", input: { enabled: false }) { id } }`);
  await jobs.ask(admin, `mutation { deleteHook(id: "${id}") }`);
  const told = (await jobs.takeEvents()).filter(({ subject }) => subject === `Hook/${id}`);
  expect(told.map(({ type }) => type)).toEqual(
    ['created', 'secret_rotated', 'updated', 'deleted'].map((verb) => `jobs.start.hook_${verb}`),
  );
  expect(told.map(({ actorid, data }) => [actorid, data])).toEqual(
    told.map(() => [admin.id, { id, name: 'orders', job: 'anything' }]),
  );
});
