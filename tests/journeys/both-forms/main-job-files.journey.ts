import { eventually, subscribing } from '@tributary/test-kit';
import { beforeAll, expect, inject, test, vi } from 'vitest';
import { type Newcomer, newMember, newWorkspace, type Workspace } from '../../security/newcomers.ts';
import { makeDelayModelLive } from '../delay-model.ts';
import { expectPartnerDoesTheSame } from '../partner.ts';
import { endedRun, enqueued, processOfRun, shownRun } from '../runs.ts';
import { cutUpload, wholeUpload } from '../tus-upload.ts';
import { vegaFile } from '../vega-files.ts';

vi.setConfig({ testTimeout: 120_000 });

/** A workspace that begins empty. */
const product = inject('product');
let workspace: Workspace;
let editor: Newcomer;
let viewer: Newcomer;
const made = { airports: '', photo: '', flights: '', airportsRun: '', flightsRun: '' };
const flights = 10_000;

beforeAll(async () => {
  workspace = await newWorkspace(product.url);
  editor = await newMember(product.url, workspace, 'EDITOR');
  viewer = await newMember(product.url, workspace, 'VIEWER');
}, 120_000);

const uploadingAs = ({ ask }: Newcomer) => ({
  url: product.url,
  authorization: ask.authorization ?? '',
});

test('uploads that are cut twice go on where they were, and become files', async () => {
  const cutTwice = async (name: string): Promise<string> => {
    const uploading = { ...(await vegaFile(name)), ...uploadingAs(editor) };
    const size = uploading.bytes.byteLength;
    const first = await cutUpload({ ...uploading, cutAt: (accepted) => accepted >= size / 4 });
    const second = await cutUpload({
      ...uploading,
      from: first.path,
      cutAt: (accepted) => accepted >= size / 2,
    });
    expect(second.path).toBe(first.path);
    expect(second.accepted).toBeGreaterThan(first.accepted);
    return wholeUpload({ ...uploading, from: first.path });
  };
  made.airports = await cutTwice('airports.csv');
  made.flights = await cutTwice('flights-10k.json');
  made.photo = await wholeUpload({ ...(await vegaFile('gimp.png')), ...uploadingAs(editor) });
});

test('an import makes exactly 3,376 airports, and whoever watches sees it go on', async () => {
  await using watching = await subscribing<{ runChanged: { type: string; state: string } }>(product.url, {
    query: 'subscription { runChanged(where: { job: { eq: "import-dataset" } }) { type state } }',
    authorization: viewer.ask.authorization,
  });
  made.airportsRun = await enqueued(editor.ask, 'import-dataset', { file: made.airports, model: 'Airport' });
  await watching.first(({ runChanged }) => runChanged.type === 'jobs.run.progressed');
  await watching.first(({ runChanged }) => runChanged.state === 'SUCCEEDED');
  const { data } = await viewer.ask<{ airports: { totalCount: number } }>(
    'query ($run: ID!) { airports(first: 1, where: { importRun: { eq: $run } }) { totalCount } }',
    { run: made.airportsRun },
  );
  expect(data.airports.totalCount).toBe(3_376);
});

test('the process that imports the flights is killed half-way; every flight is there once, and counts once in the metric that moved meanwhile', async () => {
  await using moving = await subscribing<{ metricUpdated: { series: unknown[] } }>(product.url, {
    query: 'subscription { metricUpdated(name: "flight_delay", window: DAY) { series { points { rows } } } }',
    authorization: viewer.ask.authorization,
  });
  made.flightsRun = await enqueued(editor.ask, 'import-dataset', {
    file: made.flights,
    model: 'Flight',
    mapping: {
      origin: 'origin',
      destination: 'destination',
      scheduledAt: 'date',
      delayMinutes: 'delay',
      distanceMiles: 'distance',
    },
  });
  await eventually(
    async () =>
      expect((await shownRun(viewer.ask, made.flightsRun)).progress.done).toBeGreaterThanOrEqual(1_000),
    { timeoutMs: 60_000 },
  );
  process.kill(processOfRun(made.flightsRun), 'SIGKILL');
  await moving.first(({ metricUpdated }) => metricUpdated.series.length > 0);
  const run = await endedRun(viewer.ask, made.flightsRun);
  expect(run).toMatchObject({ state: 'SUCCEEDED', output: { rows: flights, created: flights, refused: 0 } });
  expect(run.attempt).toBeGreaterThan(1);
  await eventually(
    async () => {
      const { data } = await viewer.ask<{
        flights: { totalCount: number };
        metric: { series: { points: { rows: number }[] }[] };
      }>(`{ flights(first: 1) { totalCount } metric(name: "flight_delay", window: DAY,
        from: "2000-12-01T00:00:00Z", to: "2001-12-01T00:00:00Z") { series { points { rows } } } }`);
      expect(data.flights.totalCount).toBe(flights);
      const counted = data.metric.series
        .flatMap(({ points }) => points)
        .reduce((sum, { rows }) => sum + rows, 0);
      expect(counted).toBe(flights);
    },
    { timeoutMs: 30_000 },
  );
});

test('the report over three million flights is cancelled while it runs, run anew with what it was asked, downloaded as a table, and is a metric', async () => {
  const flights = await wholeUpload({ ...(await vegaFile('flights-3m.parquet')), ...uploadingAs(editor) });
  const cancelled = await enqueued(editor.ask, 'monthly-delay-report', { flights });
  await eventually(async () => expect((await shownRun(viewer.ask, cancelled)).state).toBe('RUNNING'), {
    timeoutMs: 30_000,
  });
  const { data: told } = await editor.ask<{ cancelRun: object }>(
    'mutation ($id: ID!) { cancelRun(id: $id) { state cancelRequested } }',
    { id: cancelled },
  );
  expect(told.cancelRun).toEqual({ state: 'RUNNING', cancelRequested: true });
  expect(await endedRun(viewer.ask, cancelled)).toMatchObject({
    state: 'CANCELLED',
    attempt: 1,
    output: null,
  });

  const { data } = await editor.ask<{ replayRun: { id: string } }>(
    'mutation ($id: ID!) { replayRun(id: $id) { id } }',
    { id: cancelled },
  );
  const report = await endedRun(viewer.ask, data.replayRun.id);
  expect(report).toMatchObject({ state: 'SUCCEEDED', error: null });
  const { data: kept } = await viewer.ask<{
    run: { files: { nodes: { id: string; contentType: string; downloadUrl: string }[] } };
    cancelled: object;
  }>(
    `query ($id: ID!, $cancelled: ID!) { run(id: $id) { files { nodes { id contentType downloadUrl } } }
      cancelled: run(id: $cancelled) { files { totalCount } } }`,
    { id: report.id, cancelled },
  );
  expect(kept.cancelled).toEqual({ files: { totalCount: 0 } });
  expect(kept.run.files.nodes).toMatchObject([{ id: report.output?.file, contentType: 'text/csv' }]);
  const [file] = kept.run.files.nodes;
  const table = await (await fetch(new URL(file?.downloadUrl ?? '', product.url))).text();
  const [heading, ...lines] = table.trim().split('\r\n');
  expect(heading).toBe('month,origin,flights,mean_delay_minutes,p90_delay_minutes,late_share,place_by_delay');
  expect(lines).toHaveLength(report.output?.tracked ?? 0);
  expect(lines.reduce((sum, line) => sum + Number(line.split(',')[2]), 0)).toBe(3_000_000);
  expect(lines).toContain('2001-01-01,"ORD",27692,4.96,40,0.2284,118');

  const byMeasure = { meanDelayMinutes: 4.96, p90DelayMinutes: 40, lateShare: 0.2284, flights: 27_692 };
  await eventually(
    async () => {
      const answer = await viewer.ask(`{ metric(name: "monthly_delay", window: DAY,
        where: { month: "2001-01-01", origin: "ORD" }) { series { points { rows byMeasure } } } }`);
      expect(answer.data).toEqual({ metric: { series: [{ points: [{ rows: 1, byMeasure }] }] } });
    },
    { timeoutMs: 30_000 },
  );
});

const everything = `query ($iata: String!, $from: DateTime!, $to: DateTime!) { airport(iata: $iata) {
  name
  photo { name downloadUrl variant(input: { width: 32 }) { contentType url } }
  delay(window: HOUR, from: $from, to: $to) { points { start rows value } }
  departures(first: 3, where: { scheduledAt: { gte: $from } }, orderBy: [{ scheduledAt: ASC }]) {
    nodes { scheduledAt delayMinutes predictedDelay destination { city } importRun { id } } }
  importRun { id jobName state startedBy { id } }
} }`;

interface Everything {
  readonly airport: {
    readonly name: string;
    readonly photo: {
      readonly name: string;
      readonly downloadUrl: string;
      readonly variant: { readonly contentType: string; readonly url: string };
    } | null;
    readonly delay: { readonly points: { start: string; rows: number; value: number }[] };
    readonly departures: {
      readonly nodes: {
        scheduledAt: string;
        delayMinutes: number;
        predictedDelay: number | null;
        importRun: object | null;
      }[];
    };
    readonly importRun: object | null;
  };
}

const day = { iata: 'ATL', from: '2001-01-15T00:00:00Z', to: '2001-01-16T00:00:00Z' };

test('one query joins an airport, its photo, its hourly delay, what is predicted of its next departures, and the run that imported it', async () => {
  await makeDelayModelLive(product.url, editor.ask);
  const { data: found } = await editor.ask<{ airport: { id: string } }>(
    'query ($iata: String) { airport(iata: $iata) { id } }',
    day,
  );
  const { errors } = await editor.ask(
    'mutation ($id: ID!, $photo: ID) { updateAirport(id: $id, input: { photoId: $photo }) { photo { name } } }',
    { id: found.airport.id, photo: made.photo },
  );
  expect(errors).toEqual([]);

  const seen = await viewer.ask<Everything>(everything, day);
  expect(seen.errors).toEqual([]);
  const { airport } = seen.data;
  expect(airport).toMatchObject({
    photo: { name: 'gimp.png', variant: { contentType: 'image/webp' } },
    importRun: {
      id: made.airportsRun,
      jobName: 'import-dataset',
      state: 'SUCCEEDED',
      startedBy: { id: editor.userId },
    },
  });
  const departures = airport.departures.nodes;
  expect(departures).toHaveLength(3);
  for (const { predictedDelay, importRun } of departures) {
    expect(predictedDelay).toEqual(expect.any(Number));
    expect(importRun).toEqual({ id: made.flightsRun });
  }
  // The first hour of the metric holds the flights of that hour among the departures.
  const [hour] = airport.delay.points;
  expect(hour?.start.slice(0, 13)).toBe(departures[0]?.scheduledAt.slice(0, 13));
  const bytes = async (path = '') =>
    Buffer.from(await (await fetch(new URL(path, product.url))).arrayBuffer());
  expect((await bytes(airport.photo?.downloadUrl)).equals((await vegaFile('gimp.png')).bytes)).toBe(true);
  expect((await bytes(airport.photo?.variant.url)).subarray(8, 12).toString()).toBe('WEBP');
});

test('a stranger sees what is public of it, and a viewer may look at all of it but touch nothing', async () => {
  const stranger = await fetch(`${product.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'tributary-workspace': workspace.slug },
    body: JSON.stringify({ query: everything, variables: day }),
  });
  const { data, errors } = (await stranger.json()) as {
    data: Everything;
    errors: { path: string[]; extensions: { code: string } }[];
  };
  expect(data.airport).toMatchObject({ photo: null, importRun: null });
  expect(data.airport.delay.points.length).toBeGreaterThan(0);
  expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['UNAUTHENTICATED']));

  const uploading = { ...(await vegaFile('airports.csv')), ...uploadingAs(viewer) };
  await expect(wholeUpload(uploading)).rejects.toThrow('403');
  for (const mutation of [
    `enqueueJob(input: { job: "import-dataset", input: { file: "${made.airports}", model: "Airport" } }) { isNew }`,
    `cancelRun(id: "${made.flightsRun}") { id }`,
    `trashFile(id: "${made.photo}") { id }`,
    `updateAirport(id: "${made.photo}", input: { name: "Viewer was here" }) { id }`,
  ]) {
    const refused = await viewer.ask(`mutation { ${mutation} }`);
    expect(refused.errors[0]?.extensions['code'], mutation).toBe('FORBIDDEN');
  }
});

test('a partner does the same over REST with curl: uploads of which one breaks and goes on, import, log, metric, prediction, link, trash, and a report that is cancelled, run again and downloaded', async () => {
  await expectPartnerDoesTheSame(product.url, workspace);
});
