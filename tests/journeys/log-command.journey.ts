import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { LogRecord } from '@tributary/engines/event-log';
import { eventually, type GraphCaller } from '@tributary/test-kit';
import { beforeAll, expect, inject, test } from 'vitest';
import { newWorkspace } from '../security/newcomers.ts';
import { ended, type FailedStart, freshFolder, root } from './start-attempt.ts';

const createAirport = `mutation ($input: AirportInput!) { createAirport(input: $input) { id } }`;
const updateAirport = `mutation ($id: ID!, $input: AirportPatch!) { updateAirport(id: $id, input: $input) { id } }`;
const audited = `query ($where: AuditWhere) { auditLog(first: 50, where: $where) { nodes { id action } } }`;
const topic = 'data.record';
const group = 'identity-audit';
const built = 'deploy/log/dist/main.js';

const { url, dataDir, engines } = inject('product');
const env = { ...engines, DATA_DIR: dataDir };

/** Runs the built command beside the product, as `npm run log` does once all is built. */
const run = (line: string, settings: Readonly<Record<string, string>> = {}): Promise<FailedStart> =>
  ended([built, 'log', ...line.split(' ')], { env: { ...env, ...settings } });

const linesOf = async (line: string): Promise<string[]> => {
  const { code, stdout, stderr } = await run(line);
  expect([line, code, stderr]).toEqual([line, 0, '']);
  return stdout.split('\n').filter((said) => said !== '');
};
const json = async <Row>(line: string): Promise<Row[]> =>
  (await linesOf(`${line} --json`)).map((said) => JSON.parse(said) as Row);

let ask: GraphCaller;
let id = '';
beforeAll(async () => {
  ({ ask } = (await newWorkspace(url)).owner);
  const input = { iata: 'LOG', name: 'First', country: 'USA', latitude: 1, longitude: 2 };
  const { data } = await ask<{ createAirport: { id: string } }>(createAirport, { input });
  id = data.createAirport.id;
});

const rename = async (name: string): Promise<void> => {
  const { errors } = await ask(updateAirport, { id, input: { name } });
  expect(errors).toEqual([]);
};
const recordsOfIt = (more = '--from earliest'): Promise<LogRecord[]> =>
  json(`tail ${topic} --to latest --key Airport/${id} ${more}`);
const entries = async (): Promise<string[]> => {
  const { data } = await ask<{ auditLog: { nodes: { id: string; action: string }[] } }>(audited, {
    where: { subject: `Airport/${id}` },
  });
  return data.auditLog.nodes.map((entry) => `${entry.id} ${entry.action}`).sort();
};

test('`npm run log -- topics` shows the topics of the product that runs, and ends with 0', async () => {
  const npm = spawn('npm', ['run', '--silent', 'log', '--', 'topics'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
  });
  const [said, [code]] = await Promise.all([text(npm.stdout), once(npm, 'close')]);
  expect(code).toBe(0);
  const lines = said.split('\n');
  expect(lines[0]).toMatch(/^topic +partitions +records /);
  expect(lines.find((line) => line.startsWith(`${topic} `))).toMatch(/ 4 +[1-9]\d* +30 d +delete /);
});

test('a moment between two changes parts them, and what a replay asks the audit log to handle again is no second entry', async () => {
  const [first] = await eventually(async () => {
    const records = await recordsOfIt();
    expect(records).toHaveLength(1);
    return records as [LogRecord];
  });
  await rename('Second');
  const second = await eventually(async () => {
    const [, later] = await recordsOfIt();
    expect(later).toBeDefined();
    return later as LogRecord;
  });
  const { partition } = first;
  expect(second).toMatchObject({ partition, event: { subject: `Airport/${id}` } });
  expect(second.timestampMs).toBeGreaterThan(first.timestampMs);
  const between = new Date(first.timestampMs + 1).toISOString();
  const [places] = await json<{ offsets: number[] }>(`offsets ${topic} --at ${between}`);
  // Others write to the same partition meanwhile.
  expect(places?.offsets[partition]).toBeGreaterThan(first.offset);
  expect(places?.offsets[partition]).toBeLessThanOrEqual(second.offset);
  expect(await recordsOfIt(`--from ${between}`)).toEqual([second]);

  await eventually(async () => expect(await entries()).toHaveLength(2));
  const before = await entries();
  const range = `--partition ${partition} --from ${first.offset} --to ${second.offset + 1} --key Airport/${id}`;
  expect(await linesOf(`replay ${topic} --group ${group} ${range}`)).toEqual([
    `${group} was asked to handle 2 events again.`,
  ]);
  await eventually(async () => {
    const groups = await json<{ group: string; topic: string; lag: number }>('groups');
    const asked = groups.find((each) => each.group === group && each.topic === 'log.redelivery');
    expect(asked).toMatchObject({ lag: 0 });
  });
  expect(await entries()).toEqual(before);
  await rename('Third');
  await eventually(async () => expect(await entries()).toHaveLength(3));
});

test('a reader that closes the pipe and a Ctrl-C end a tail with 0, and without a word', async () => {
  const following = (from: string) =>
    spawn(process.execPath, [built, 'log', 'tail', topic, '--from', from, '--key', `Airport/${id}`], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
  const closed = following('earliest');
  const interrupted = following('earliest');
  const ends = [closed, interrupted].map(async (child) => {
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    return { code, said };
  });
  await Promise.all([once(closed.stdout, 'data'), once(interrupted.stdout, 'data')]);
  closed.stdout.destroy();
  interrupted.kill('SIGINT');
  // What comes next is what the first of them cannot write.
  await rename('Fourth');
  expect(await Promise.all(ends)).toEqual([
    { code: 0, said: '' },
    { code: 0, said: '' },
  ]);
});

test('a command that nobody knows ends with 2, and what cannot be done with 1, each with a code and a sentence', async () => {
  const nobody = { EVENT_LOG_URL: 'embedded:', DATABASE_URL: 'embedded:', DATA_DIR: await freshFolder() };
  const refused = [
    [await run('nonsense'), 2, /^BAD_USER_INPUT: .+\.\n$/],
    [
      await run(`replay ${topic} --group nobody --from earliest`),
      1,
      /^NOT_FOUND: There is no group nobody.+\n$/,
    ],
    [await run('topics', nobody), 1, /^ENGINE_UNAVAILABLE: .+\n$/],
  ] as const;
  for (const [told, code, sentence] of refused)
    expect(told).toEqual({ code, stdout: '', stderr: expect.stringMatching(sentence) });
});
