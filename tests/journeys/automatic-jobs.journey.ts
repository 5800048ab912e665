import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { eventually } from '@tributary/test-kit';
import { expect, inject, test, vi } from 'vitest';
import { newWorkspace } from '../security/newcomers.ts';
import { endedRun, enqueued } from './runs.ts';

const { url } = inject('product');
const shell = promisify(execFile);

vi.setConfig({ testTimeout: 120_000 });

async function uploaded(authorization: string, name: string, rows: readonly string[]): Promise<string> {
  const form = new FormData();
  const text = `${['iata,name,country,latitude,longitude', ...rows].join('\n')}\n`;
  form.set('file', new Blob([text], { type: 'text/csv' }), name);
  const answer = await fetch(`${url}/files/form`, { method: 'POST', headers: { authorization }, body: form });
  return ((await answer.text()).match(/"id":"([^"]+)"/) ?? [])[1] ?? '';
}

/** What the README shows: a sender with nothing but a shell. Answers status and body. */
async function call(path: string, secret: string, body: string): Promise<{ status: string; body: string }> {
  const script = `
    NOW=$(date +%s)
    KEY=$(printf %s "\${SECRET#whsec_}" | base64 -d | od -An -v -tx1 | tr -d ' \\n')
    SIGNATURE=$(printf %s "$ID.$NOW.$BODY" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$KEY" -binary | base64)
    curl -s -w '\\n%{http_code}' "$URL" -d "$BODY" -H 'content-type: application/json' \\
      -H "webhook-id: $ID" -H "webhook-timestamp: $NOW" -H "webhook-signature: v1,$SIGNATURE"`;
  const env = { ...process.env, SECRET: secret, BODY: body, ID: 'msg_1', URL: `${url}${path}` };
  const { stdout } = await shell('sh', ['-c', script], { env });
  const at = stdout.lastIndexOf('\n');
  return { status: stdout.slice(at + 1), body: stdout.slice(0, at) };
}

test('a file that is uploaded becomes records by itself, a signed call starts the same job, and the audit log says who set both up', async () => {
  const { owner } = await newWorkspace(url);
  const { ask } = owner;
  const trigger = await ask<{ createTrigger: { id: string } }>(
    'mutation ($input: CreateTriggerInput!) { createTrigger(input: $input) { id } }',
    {
      input: {
        name: 'import airports',
        job: 'import-dataset',
        topic: 'files.file',
        types: ['files.file.created'],
        conditions: [{ path: 'data.after.name', eq: 'airports.csv' }],
        input: { file: { fromEvent: 'data.id' }, model: 'Airport' },
      },
    },
  );
  expect(trigger.errors).toEqual([]);
  const { authorization = '' } = ask;
  const other = await uploaded(authorization, 'others.csv', ['QH1,From a hook,USA,3,4']);
  await uploaded(authorization, 'airports.csv', ['QT1,From a file,USA,1,2']);
  const { id } = trigger.data.createTrigger;
  await eventually(
    async () => {
      const { data } = await ask<{ runs: { nodes: { state: string; output: { created: number } }[] } }>(
        `{ runs(where: { origin: { eq: "trigger:${id}" } }) { nodes { state output } } }`,
      );
      expect(data.runs.nodes).toMatchObject([{ state: 'SUCCEEDED', output: { created: 1 } }]);
    },
    { timeoutMs: 40_000 },
  );

  const hook = await ask<{ createHook: { secret: string; hook: { id: string; path: string } } }>(
    'mutation { createHook(input: { name: "partner", job: "import-dataset" }) { secret hook { id path } } }',
  );
  const { secret, hook: made } = hook.data.createHook;
  const body = JSON.stringify({ file: other, model: 'Airport' });
  const first = await call(made.path, secret, body);
  expect(first.status).toBe('202');
  const { runId } = JSON.parse(first.body) as { runId: string };
  expect(JSON.parse((await call(made.path, secret, body)).body)).toEqual({ runId, isNew: false });
  expect(await call(made.path, `whsec_${Buffer.alloc(32).toString('base64')}`, body)).toMatchObject({
    status: '401',
  });
  await eventually(
    async () => {
      const { data } = await ask(`{ run(id: "${runId}") { state output } }`);
      expect(data).toMatchObject({ run: { state: 'SUCCEEDED', output: { created: 1 } } });
    },
    { timeoutMs: 40_000 },
  );
  await eventually(async () => {
    const { data } = await ask<{ auditLog: { nodes: { action: string; subject: string }[] } }>(
      '{ auditLog(first: 50) { nodes { action subject } } }',
    );
    expect(data.auditLog.nodes).toEqual(
      expect.arrayContaining([
        { action: 'jobs.start.trigger_created', subject: `Trigger/${id}` },
        { action: 'jobs.start.hook_created', subject: `Hook/${made.id}` },
      ]),
    );
  });
});

test('a job that exports a file, started by the files it exports, ends after five triggers in a row', async () => {
  const { owner } = await newWorkspace(url);
  const { ask } = owner;
  const input = { sql: 'SELECT 1 AS one', name: 'again.csv' };
  const { data } = await ask<{ createTrigger: { id: string } }>(
    'mutation ($input: CreateTriggerInput!) { createTrigger(input: $input) { id } }',
    {
      input: {
        name: 'again and again',
        job: 'export-query',
        topic: 'files.file',
        types: ['files.file.created'],
        conditions: [{ path: 'data.after.name', eq: input.name }],
        input,
      },
    },
  );
  const { id } = data.createTrigger;
  const first = await endedRun(ask, await enqueued(ask, 'export-query', input));
  expect(first).toMatchObject({ state: 'SUCCEEDED' });
  await eventually(
    async () => {
      const { data: shown } = await ask<{ triggers: { nodes: object[] }; runs: { nodes: object[] } }>(
        `{ triggers { nodes { fired lastError { code } } } runs(where: { origin: { eq: "trigger:${id}" } }) { nodes { state } } }`,
      );
      expect(shown.triggers.nodes).toEqual([{ fired: 5, lastError: { code: 'TRIGGER_LOOP' } }]);
      expect(shown.runs.nodes).toEqual(Array.from({ length: 5 }, () => ({ state: 'SUCCEEDED' })));
    },
    { timeoutMs: 90_000 },
  );
});
