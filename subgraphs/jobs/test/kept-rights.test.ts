import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { openBatchEngine } from '@tributary/engines/batch-engine/open';
import { createEvent } from '@tributary/engines/event-log/event';
import { defaultRunnerSettings, defineJob, type RunGraph, startJobRunner } from '@tributary/job-runner';
import { Closing, systemClock as clock, createLogger, newId } from '@tributary/runtime';
import { isRole, type Principal, refusalOf } from '@tributary/subgraph-kit';
import { eventually, takeRights } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { admin, member, type OpenJobs, openJobs, workspaceId } from './open-jobs.ts';

/** Whatever keeps a principal and acts for it later, and every way of losing rights: nobody acts with more than is left. */
const scopes = ['jobs:read', 'jobs:write', 'data:write', 'files:read'];
const losses = [
  ['removed', {}],
  ['demoted', {}],
  ['revoked', { kind: 'apiKey', scopes }],
  ['expired', { kind: 'apiKey', scopes }],
] as const;
type Loss = (typeof losses)[number][0];

const closing = new Closing();
let jobs: OpenJobs;
let fires: (subject: string) => Promise<void>;
/** Who was let do something, and what was refused: the graph as runs see it, with the permissions of a field that makes records. */
const acted: string[] = [];
const graph: RunGraph = async ({ principal: { kind, id, role, scopes: held } }) => {
  const known = { kind: kind as Principal['kind'], id, workspaceId, scopes: held };
  const principal: Principal = { ...known, role: isRole(role) ? role : null };
  const refusal = refusalOf(principal, { to: ['EDITOR'], scope: 'data:write' });
  if (refusal === undefined) acted.push(id);
  const errors = refusal && [{ message: refusal.message, extensions: { code: refusal.code } }];
  return { data: {}, errors };
};

/** Goes on for as long as it may. */
const work = defineJob({
  name: 'work',
  description: 'Makes one record after the other.',
  input: z.object({ times: z.number().default(1_000_000) }),
  run: async ({ input: { times }, graph: ask, signal }) => {
    for (let n = 0; n < times && !signal.aborted; n += 1) {
      await ask('mutation Work { work }');
      await delay(5);
    }
  },
});
/** Asks for nothing: only the runner can end it. */
const idle = defineJob({
  name: 'idle',
  description: 'Waits until it is told to stop.',
  input: z.object({}),
  run: ({ signal }) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
});

let runner: AsyncDisposable | undefined;
async function startRunner(): Promise<void> {
  const engine = closing.use('batch engine', await openBatchEngine('embedded:', { clock }));
  const nothing = () => Promise.reject(new Error('these runs ask for nothing else'));
  runner = await startJobRunner({
    queue: jobs.queue,
    jobs: [work, idle],
    graph,
    describe: nothing,
    batch: { engine, gatewayUrl: 'http://127.0.0.1:9', doors: nothing },
    clock,
    log: createLogger({ name: 'test', level: 'silent' }),
    settings: {
      ...defaultRunnerSettings,
      name: 'test',
      leaseMs: 3_000,
      graceMs: 200,
      gatewayUrl: 'http://127.0.0.1:9',
      nodeArguments: [],
    },
  });
}

beforeAll(async () => {
  jobs = await openJobs();
  for (const name of ['work', 'idle']) await jobs.told(name, {});
  const log = await jobs.projecting();
  fires = async (subject) =>
    log.append('files.folder', [
      createEvent({
        type: 'files.folder.created',
        source: '/subgraphs/files',
        subject: `Folder/${subject}`,
        workspaceId,
        actor: admin,
        data: { id: subject, version: 1, before: null, after: { name: 'a' }, changed: ['name'] },
        clock,
      }),
    ]);
  await startRunner();
});
afterAll(async () => {
  await runner?.[Symbol.asyncDispose]();
  await jobs[Symbol.asyncDispose]();
  await closing[Symbol.asyncDispose]();
});

interface Found {
  readonly state: string;
  readonly error: { readonly code: string; readonly message: string } | null;
}

async function runOf(id: string): Promise<Found> {
  return (await jobs.ask(admin, `{ run(id: "${id}") { state error { code message } } }`)).data.run;
}

const ended = (id: string): Promise<Found> =>
  eventually(
    async () => {
      const run = await runOf(id);
      expect(run.state).toBe('FAILED');
      return run;
    },
    { timeoutMs: 30_000 },
  );

const take = (who: Principal, loss: Loss): Promise<void> => takeRights(jobs.relational, who, loss);

async function made(who: Principal, text: string): Promise<string> {
  const { data, messages } = await jobs.ask(who, `mutation { ${text} }`);
  if (data?.made === undefined || data.made === null) throw new Error(messages.join());
  return data.made.id;
}

// Each has somebody of its own, and waits for what looks every second: they wait beside each other.
test.concurrent.each(losses)(
  'a run at work ends within seconds when whoever enqueued it is %s',
  async (loss, kind) => {
    const who = member('ADMIN', { id: newId(), ...kind });
    const busy = await jobs.enqueue({ job: 'work' }, who);
    await eventually(() => expect(acted).toContain(who.id));
    await take(who, loss);
    expect(await ended(busy)).toMatchObject({ error: { code: 'FORBIDDEN' } });
  },
);

test.concurrent.each(losses.filter(([loss]) => loss !== 'demoted'))(
  'a run that asks for nothing is ended too when whoever enqueued it is %s',
  async (loss, kind) => {
    const who = member('ADMIN', { id: newId(), ...kind });
    const id = await jobs.enqueue({ job: 'idle' }, who);
    await eventually(async () => expect((await runOf(id)).state).toBe('RUNNING'));
    await take(who, loss);
    expect(await ended(id)).toMatchObject({
      error: { code: 'FORBIDDEN', message: expect.stringContaining('no rights in the workspace any more') },
    });
  },
);

test.concurrent.each(losses)(
  'what waits to run, was driven again, or is written with an outdated credential does nothing for who is %s',
  async (loss, kind) => {
    const who = member('ADMIN', { id: newId(), ...kind });
    const delayed = await jobs.enqueue({ job: 'work', delayMs: 500 }, who);
    // A graph of theirs that a colleague cancels, and drives again when they are gone.
    const { data } = await jobs.ask(
      who,
      `mutation { enqueueDag(steps: [{ name: "a", job: { job: "work", delayMs: 100000 } },
        { name: "b", job: { job: "work" }, dependsOn: [{ step: "a" }] }]) { id } }`,
    );
    const [first, second]: readonly string[] = data.enqueueDag.map(({ id }: { id: string }) => id);
    await jobs.ask(admin, `mutation { cancelRun(id: "${first}") { id } }`);
    await take(who, loss);
    const late = await jobs.enqueue({ job: 'work' }, who);
    const replayed = await made(who, `made: replayRun(id: "${delayed}") { id }`);
    await jobs.relational.query(`UPDATE jobs.run SET input = '{"times": 1}' WHERE id = $1`, [first]);
    await jobs.ask(admin, `mutation { retryRun(id: "${first}") { id } }`);
    for (const id of [delayed, late, replayed, second ?? ''])
      expect(await ended(id), id).toMatchObject({ error: { code: 'FORBIDDEN' } });
    expect((await runOf(first ?? '')).state).toBe('SUCCEEDED');
    expect(acted).not.toContain(who.id);
    expect(acted).toContain(admin.id);
  },
);

const refusedStart = { code: 'FORBIDDEN', message: expect.any(String) };

/** Made before or after the loss: a credential can be outdated when what it asks for commits. */
const moments = losses.flatMap(([loss, kind]) => [
  [loss, 'before', kind] as const,
  [loss, 'after', kind] as const,
]);

test.concurrent.each(moments)(
  'what starts runs starts none for who is %s, also when made %s that',
  async (loss, when, kind) => {
    const who = member('ADMIN', { id: newId(), ...kind });
    if (when === 'after') {
      // They have been there.
      await jobs.ask(who, '{ queues { nodes { name } } }');
      await take(who, loss);
    }
    const folder = newId();
    const schedule = await made(
      who,
      `made: createSchedule(input: { name: "${newId()}", job: "work", cron: "* * * * *" }) { id }`,
    );
    const trigger = await made(
      who,
      `made: createTrigger(input: { name: "${newId()}", job: "work", topic: "files.folder", subject: "Folder/${folder}" }) { id }`,
    );
    const { data } = await jobs.ask(
      who,
      `mutation { createHook(input: { name: "${newId()}", job: "work" }) { secret hook { path } } }`,
    );
    if (when === 'before') await take(who, loss);

    const { secret, hook } = data.createHook;
    const [id, timestamp, body] = [newId(), String(Math.floor(clock.now() / 1_000)), '{}'];
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    };
    expect(await jobs.call(hook.path, headers, body)).toMatchObject({
      status: 403,
      json: { code: 'FORBIDDEN' },
    });

    await jobs.relational.query(
      `UPDATE jobs.schedule SET next_at = now() - interval '1 minute' WHERE id = $1`,
      [schedule],
    );
    await fires(folder);
    const shown = '{ id lastError { code message } }';
    await eventually(
      async () =>
        expect(
          (
            await jobs.ask(
              admin,
              `{ schedule(id: "${schedule}") ${shown} trigger(id: "${trigger}") ${shown} }`,
            )
          ).data,
        ).toEqual({
          schedule: { id: schedule, lastError: refusedStart },
          trigger: { id: trigger, lastError: refusedStart },
        }),
      { timeoutMs: 30_000 },
    );
    const { rows } = await jobs.relational.query(`SELECT FROM jobs.run WHERE principal ->> 'id' = $1`, [
      who.id,
    ]);
    expect(rows).toEqual([]);
  },
);

test('while rights cannot be looked up a run goes back into its queue, and keeps its attempts', async () => {
  const who = member('EDITOR', { id: newId() });
  // Only this look fails: as a database does that is asked too much at once.
  await jobs.relational.query(
    'ALTER FUNCTION identity.rights_now(uuid, text, text) RENAME TO rights_out_of_reach',
  );
  const id = await jobs.enqueue({ job: 'work', input: { times: 1 } }, who);
  try {
    await eventually(async () => {
      const { rows } = await jobs.relational.query(
        `SELECT state, attempt FROM jobs.run WHERE id = $1 AND error_code IS NOT NULL`,
        [id],
      );
      expect(rows).toEqual([{ state: 'DELAYED', attempt: 0 }]);
    });
    expect(acted).not.toContain(who.id);
  } finally {
    await jobs.relational.query(
      'ALTER FUNCTION identity.rights_out_of_reach(uuid, text, text) RENAME TO rights_now',
    );
  }
  await eventually(async () => expect((await runOf(id)).state).toBe('SUCCEEDED'), { timeoutMs: 30_000 });
  expect(acted).toContain(who.id);
});
