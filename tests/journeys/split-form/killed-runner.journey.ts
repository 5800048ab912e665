import { eventually, runningProcesses } from '@tributary/test-kit';
import { beforeAll, expect, inject, test, vi } from 'vitest';
import { type Newcomer, newMember, newWorkspace } from '../../security/newcomers.ts';
import { endedRun, enqueued, type ShownRun } from '../runs.ts';
import { wholeUpload } from '../tus-upload.ts';
import { vegaFile } from '../vega-files.ts';

vi.setConfig({ testTimeout: 120_000 });

/** The runner is a process of its own here, so that it can be killed by itself. */
const product = inject('product');
const flights = 2_000;
let editor: Newcomer;
let viewer: Newcomer;

/** What it started ends with it. */
function runnerPid(): number {
  const [runner] = runningProcesses().filter(
    ({ parentPid, command }) => parentPid === product.pid && command.includes('workers/job-runner/dist/main'),
  );
  if (runner === undefined) throw new Error('the job runner does not run');
  return runner.pid;
}

async function imported(name: string, model: string, mapping?: object): Promise<unknown> {
  const { url } = product;
  const file = await wholeUpload({
    ...(await vegaFile(name)),
    url,
    authorization: editor.ask.authorization ?? '',
  });
  return endedRun(editor.ask, await enqueued(editor.ask, 'import-dataset', { file, model, mapping }));
}

beforeAll(async () => {
  const workspace = await newWorkspace(product.url);
  editor = await newMember(product.url, workspace, 'EDITOR');
  viewer = await newMember(product.url, workspace, 'VIEWER');
  await imported('airports.csv', 'Airport');
  const mapping = {
    origin: 'origin',
    destination: 'destination',
    scheduledAt: 'date',
    delayMinutes: 'delay',
    distanceMiles: 'distance',
  };
  expect(await imported('flights-2k.json', 'Flight', mapping)).toMatchObject({
    output: { created: flights },
  });
}, 120_000);

interface Report {
  readonly id: string;
  readonly downloadUrl: string;
}

async function reports(): Promise<readonly Report[]> {
  const { data } = await viewer.ask<{ files: { nodes: Report[] } }>(
    '{ files(first: 10, where: { name: { eq: "monthly-delays.csv" } }) { nodes { id downloadUrl } } }',
  );
  return data.files.nodes;
}

const mostReports = 5;

test('the runner is killed half-way through a report: it ends as one file, and the metric says of each row what the file says, once', async () => {
  let made = 0;
  let run: ShownRun;
  do {
    const id = await enqueued(editor.ask, 'monthly-delay-report', {});
    made += 1;
    // Once its file is there its rows are told: the next attempt has to find both. A report that was quicker than the kill was not hit, and tells nothing.
    await eventually(async () => expect(await reports()).toHaveLength(made), { timeoutMs: 60_000 });
    process.kill(runnerPid(), 'SIGKILL');
    run = await endedRun(viewer.ask, id);
  } while (run.attempt === 1 && made < mostReports);
  expect(run.attempt).toBeGreaterThan(1);
  const kept = await reports();
  expect(kept).toHaveLength(made);
  const report = kept.find(({ id }) => id === run.output?.file);
  const table = await (await fetch(new URL(report?.downloadUrl ?? '', product.url))).text();
  const lines = table.trim().split('\r\n').slice(1);
  expect(run).toMatchObject({ state: 'SUCCEEDED', output: { file: report?.id, tracked: lines.length } });
  expect(lines.reduce((sum, line) => sum + Number(line.split(',')[2]), 0)).toBe(flights);
  const [month, origin, count] = lines.at(-1)?.split(',') ?? [];
  const asked = `{ metric(name: "monthly_delay", window: DAY, where: { month: "${month}", origin: ${origin} }) { series { points { rows byMeasure } } } }`;
  const told = { rows: made, byMeasure: expect.objectContaining({ flights: Number(count) }) };
  const expected = { metric: { series: [{ points: [told] }] } };
  await eventually(async () => expect((await viewer.ask(asked)).data).toEqual(expected), {
    timeoutMs: 30_000,
  });
});
