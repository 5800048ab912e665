import { afterAll, beforeAll, expect, test } from 'vitest';
import { admin, member, type OpenJobs, openJobs, stranger } from './open-jobs.ts';

/** What starts jobs without a person: how each is made, and changed. */
const kinds = [
  ['Schedule', { cron: '@daily' }, 'input: { cron: "@hourly" }'],
  ['Trigger', { topic: 'data.record' }, 'input: { enabled: false }'],
  ['Hook', {}, 'input: { enabled: false }'],
] as const;

let jobs: OpenJobs;
beforeAll(async () => {
  jobs = await openJobs();
});
afterAll(() => jobs[Symbol.asyncDispose]());

const create = (kind: string): string =>
  `mutation ($input: Create${kind}Input!) { made: create${kind}(input: $input) { ${kind === 'Hook' ? 'hook { id }' : 'id'} } }`;
const list = (kind: string): string => `{ list: ${kind.toLowerCase()}s { nodes { id name } } }`;

async function made(kind: string, input: object, as = admin): Promise<string> {
  const { data, messages } = await jobs.ask(as, create(kind), { input: { job: 'anything', ...input } });
  const id = kind === 'Hook' ? data?.made.hook.id : data?.made.id;
  if (id === undefined) throw new Error(messages.join());
  return id;
}

test.each(kinds)('a %s names no queue that could not be paused', async (kind, more) => {
  const input = { name: 'odd', job: 'anything', queue: 'my queue', ...more };
  const { codes, details } = await jobs.ask(admin, create(kind), { input });
  expect(codes).toEqual(['BAD_USER_INPUT']);
  expect(details[0]).toMatchObject({ argument: 'queue' });
});

test.each(kinds)(
  'the name of a %s that is taken is said to be the fault, in our words and nothing of the database',
  async (kind, more) => {
    const input = { name: 'nightly', job: 'anything', ...more };
    await made(kind, input);
    const { codes, messages, details } = await jobs.ask(admin, create(kind), { input });
    expect(codes).toEqual(['CONFLICT']);
    expect(messages).toEqual([`Another ${kind.toLowerCase()} has the same name.`]);
    expect(details[0]).toMatchObject({ argument: 'name' });
    expect(JSON.stringify(details)).not.toMatch(/_key|constraint/);
    await made(kind, input, stranger);
  },
);

test.each(kinds)(
  'a workspace has a hundred of a %s and no more, however many are made at once',
  async (kind, more) => {
    const owner = member('OWNER', { workspaceId: crypto.randomUUID() });
    const table = `jobs.${kind.toLowerCase()}`;
    await made(kind, { name: 'first', ...more }, owner);
    await jobs.relational.query(
      `INSERT INTO ${table} SELECT (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'name', n))).*
     FROM ${table} s, generate_series(1, 97) n WHERE workspace_id = $1`,
      [owner.workspaceId],
    );
    const asked = Array.from({ length: 6 }, (_, n) => ({ name: `more ${n}`, job: 'anything', ...more }));
    const answers = await Promise.all(asked.map((input) => jobs.ask(owner, create(kind), { input })));
    expect(answers.flatMap(({ codes }) => codes)).toEqual(Array.from({ length: 4 }, () => 'RUN_LIMIT'));
    const { rows } = await jobs.relational.query(`SELECT FROM ${table} WHERE workspace_id = $1`, [
      owner.workspaceId,
    ]);
    expect(rows).toHaveLength(100);
  },
);

test.each(kinds)(
  'a %s of another workspace is neither seen, changed, steered nor removed',
  async (kind, more, change) => {
    const id = await made(kind, { name: 'only ours', ...more });
    expect((await jobs.ask(stranger, list(kind))).data.list.nodes).not.toContainEqual(
      expect.objectContaining({ id }),
    );
    const one = `{ one: ${kind.toLowerCase()}(id: "${id}") { id } }`;
    expect((await jobs.ask(stranger, one)).data).toEqual({ one: null });
    expect((await jobs.ask(admin, one)).data).toEqual({ one: { id } });
    const entities = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${kind} { id } } }`;
    expect((await jobs.ask(stranger, entities, { r: [{ __typename: kind, id }] })).data._entities).toEqual([
      null,
    ]);
    expect(
      (await jobs.ask(stranger, `mutation { update${kind}(id: "${id}", ${change}) { id } }`)).codes,
    ).toEqual(['NOT_FOUND']);
    expect((await jobs.ask(stranger, `mutation { delete${kind}(id: "${id}") }`)).data).toEqual({
      [`delete${kind}`]: false,
    });
    expect((await jobs.ask(admin, list(kind))).data.list.nodes).toContainEqual({ id, name: 'only ours' });
  },
);

test('a queue of another workspace is neither seen nor steered: one of the same name is the stranger’s own', async () => {
  const id = await jobs.enqueue({ queue: 'shared' });
  const queues = '{ queues { nodes { name depth { runs } } } }';
  expect((await jobs.ask(stranger, queues)).data.queues.nodes).toEqual([]);
  const one = '{ queue(name: "shared") { name depth { state runs } } }';
  expect((await jobs.ask(stranger, one)).data).toEqual({ queue: null });
  expect((await jobs.ask(admin, one)).data.queue).toEqual({
    name: 'shared',
    depth: [{ state: 'QUEUED', runs: 1 }],
  });
  for (const steering of ['pauseQueue', 'drainQueue'])
    expect((await jobs.ask(stranger, `mutation { ${steering}(name: "shared") { name } }`)).codes).toEqual([]);
  expect((await jobs.ask(admin, '{ queues { nodes { name state } } }')).data.queues.nodes).toEqual([
    { name: 'shared', state: 'RUNNING' },
  ]);
  expect((await jobs.claim()).map((run) => run.id)).toEqual([id]);
});

test('the secrets of a hook of another workspace are neither rotated nor ended', async () => {
  const { data } = await jobs.ask(
    stranger,
    'mutation { createHook(input: { name: "theirs", job: "anything" }) { hook { id } } }',
  );
  const { id } = data.createHook.hook;
  for (const field of [`updateHook(id: "${id}", input: { enabled: false })`, `rotateHookSecret(id: "${id}")`])
    expect((await jobs.ask(admin, `mutation { ${field} { __typename } }`)).codes).toEqual(['NOT_FOUND']);
  const secrets = (await jobs.ask(stranger, '{ hooks(first: 100) { nodes { id enabled secrets { id } } } }'))
    .data.hooks.nodes;
  expect(secrets).toContainEqual({ id, enabled: true, secrets: [{ id: expect.any(String) }] });
});
