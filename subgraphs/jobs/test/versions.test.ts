import { newId } from '@tributary/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { admin, member, type OpenJobs, openJobs } from './open-jobs.ts';

let jobs: OpenJobs;
beforeAll(async () => {
  jobs = await openJobs();
});
afterAll(() => jobs[Symbol.asyncDispose]());

/** What starts jobs without a person: how each is made, and changed. */
const kinds = [
  ['Schedule', { cron: '@daily' }, 'input: { cron: "@hourly" }'],
  ['Trigger', { topic: 'data.record' }, 'input: { enabled: false }'],
  ['Hook', {}, 'input: { enabled: false }'],
] as const;

async function made(kind: string, more: object): Promise<{ readonly id: string; readonly version: number }> {
  const fields = kind === 'Hook' ? 'hook { id version }' : 'id version';
  const { data } = await jobs.ask(
    admin,
    `mutation ($input: Create${kind}Input!) { made: create${kind}(input: $input) { ${fields} } }`,
    { input: { name: newId(), job: 'anything', ...more } },
  );
  return kind === 'Hook' ? data.made.hook : data.made;
}

const told = async (mutation: string) => {
  const { data, codes, details } = await jobs.ask(admin, `mutation { done: ${mutation} }`);
  return codes.length === 0 ? data.done : [codes[0], details[0]];
};
const conflict = (expectedVersion: number, currentVersion: number) => [
  'VERSION_CONFLICT',
  expect.objectContaining({ expectedVersion, currentVersion }),
];

test.each(kinds)(
  'who has seen an older version of a %s neither changes nor removes it',
  async (kind, more, change) => {
    const { id, version } = await made(kind, more);
    expect(version).toBe(1);
    const update = (expected: string) => told(`update${kind}(id: "${id}", ${change}${expected}) { version }`);
    expect(await update(', expectedVersion: 1')).toEqual({ version: 2 });
    expect(await update(', expectedVersion: 1')).toEqual(conflict(1, 2));
    expect(await update('')).toEqual({ version: 3 });
    expect(await told(`delete${kind}(id: "${id}", expectedVersion: 2)`)).toEqual(conflict(2, 3));
    expect(await told(`delete${kind}(id: "${id}", expectedVersion: 3)`)).toBe(true);
    expect(await told(`delete${kind}(id: "${id}", expectedVersion: 3)`)).toBe(false);
  },
);

test('of two who change a schedule at once, both having seen the same, one does', async () => {
  const { id } = await made('Schedule', { cron: '@daily' });
  const update = (cron: string) =>
    told(`updateSchedule(id: "${id}", input: { cron: "${cron}" }, expectedVersion: 1) { version }`);
  const outcomes = await Promise.all(['@hourly', '@weekly', '@monthly'].map(update));
  expect(outcomes.filter((each) => !Array.isArray(each))).toEqual([{ version: 2 }]);
});

test('a new secret is a change of its hook', async () => {
  const { id } = await made('Hook', {});
  const rotate = (expected: number) =>
    told(`rotateHookSecret(id: "${id}", expectedVersion: ${expected}) { hook { version secrets { id } } }`);
  expect(await rotate(1)).toMatchObject({ hook: { version: 2, secrets: [{}, {}] } });
  expect(await rotate(1)).toEqual(conflict(1, 2));
});

test('what a trigger and a schedule tell of themselves is no change of them', async () => {
  const { id } = await made('Schedule', { cron: '* * * * *' });
  await jobs.relational.query(
    `UPDATE jobs.schedule SET next_at = now() - interval '1 minute' WHERE id = $1`,
    [id],
  );
  await jobs.queue.maintain();
  const { data } = await jobs.ask(admin, `{ schedule(id: "${id}") { version lastAt } }`);
  expect(data.schedule).toEqual({ version: 1, lastAt: expect.any(String) });
});

test('a job says how much memory its runs may have, as its runner told it', async () => {
  await jobs.relational.query(`UPDATE jobs.definition SET memory_mb = 2048 WHERE name = 'anything'`);
  const { data } = await jobs.ask(admin, '{ job(name: "anything") { memoryMb } jobs { name memoryMb } }');
  expect(data.job).toEqual({ memoryMb: 2_048 });
  expect(data.jobs).toContainEqual({ name: 'greet', memoryMb: null });
});

test('a queue is at version 0 until somebody changes it, and is changed by who has seen it as it is', async () => {
  const owner = member('OWNER', { workspaceId: crypto.randomUUID() });
  const ask = async (field: string) => {
    const { data, codes, details } = await jobs.ask(owner, `mutation { done: ${field} { version state } }`);
    return codes.length === 0 ? data.done : [codes[0], details[0]];
  };
  expect(await ask('pauseQueue(name: "imports", expectedVersion: 3)')).toEqual(conflict(3, 0));
  const first = await Promise.all(
    ['pauseQueue', 'drainQueue'].map((verb) => ask(`${verb}(name: "imports", expectedVersion: 0)`)),
  );
  expect(first.filter((each) => !Array.isArray(each))).toEqual([{ version: 1, state: expect.any(String) }]);
  expect(await ask('limitQueue(name: "imports", limits: { concurrency: 2 }, expectedVersion: 0)')).toEqual(
    conflict(0, 1),
  );
  expect(
    await ask('limitQueue(name: "imports", limits: { concurrency: 2 }, expectedVersion: 1)'),
  ).toMatchObject({
    version: 2,
  });
  expect(await ask('resumeQueue(name: "imports")')).toEqual({ version: 3, state: 'RUNNING' });
});
