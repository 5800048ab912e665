import { addingModel } from '@tributary/engines/inference/conformance-models';
import { demoAccess, eventually, graphCaller, signedIn, subscribing } from '@tributary/test-kit';
import { expect, inject, test } from 'vitest';

interface Series {
  readonly points: readonly { readonly start: string; readonly rows: number; readonly value: number }[];
}

const wholeDemo = { from: '2000-12-01T00:00:00Z', to: '2001-12-01T00:00:00Z' };
const byDay = `query ($from: DateTime, $to: DateTime) { metric(name: "flight_delay", window: DAY, from: $from, to: $to) {
  freshness { lagMs } series { points { start rows value } } } }`;
const changeFlight = `mutation ($id: ID!, $input: FlightPatch!) { updateFlight(id: $id, input: $input) { id } }`;
const updates = `subscription ($where: JSON) { metricUpdated(name: "flight_delay", window: HOUR, where: $where) {
  series { dimensions points { start rows value } } } }`;

const registerModel = `mutation ($input: RegisterModelVersion!) { registerModelVersion(input: $input) { version sha256 inputs { name } } }`;
const promoteModel = `mutation ($model: String!) { promoteModelVersion(model: $model, version: 1) { name } }`;

const { form, url, dataDir } = inject('product');

test('every flight of the demo is in one day of the delay metric', { timeout: 60_000 }, async () => {
  await eventually(
    async () => {
      const { data } = await graphCaller(url)<{
        metric: { series: Series[]; freshness: { lagMs: number } };
        flights: { totalCount: number };
      }>(
        byDay.replace(
          '{ metric(',
          '{ flights(first: 1, where: { scheduledAt: { lt: "2001-12-01T00:00:00Z" } }) { totalCount } metric(',
        ),
        wholeDemo,
      );
      const points = data.metric.series.flatMap((series) => series.points);
      expect(points.reduce((sum, { rows }) => sum + rows, 0)).toBe(data.flights.totalCount);
      expect(data.metric.freshness.lagMs).toBe(0);
    },
    { timeoutMs: 50_000 },
  );
});

test('the visits of the demo tell how far they came, who came back, and which pages were opened most', async () => {
  const viewer = await signedIn(url, 'viewer@demo.local');
  const [fromMs, toMs] = [Date.now() - 29 * 86_400_000, Date.now()];
  const range = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
  const { data, errors } = await viewer<{
    funnel: { steps: { subjects: number }[] }[];
    retention: { subjects: number; active: number[] }[];
  }>(
    `query ($from: DateTime!, $to: DateTime!) {
      funnel(steps: [{ event: "page.viewed" }, { event: "flight.searched" }, { event: "flight.booked" }], from: $from, to: $to, within: "1h") { steps { subjects } }
      retention(cohort: "page.viewed", activity: "page.viewed", period: WEEK, from: $from, to: $to, periods: 3) { subjects active } }`,
    range,
  );
  expect(errors).toEqual([]);
  const [came = 0, searched = 0, booked = 0] = data.funnel[0]?.steps.map(({ subjects }) => subjects) ?? [];
  expect(came).toBeGreaterThanOrEqual(150);
  expect([searched < came, booked < searched, booked > 20]).toEqual([true, true, true]);
  expect(data.retention.some(({ active }) => (active[1] ?? 0) > 0)).toBe(true);
  await eventually(
    async () => {
      const { data: ranked } = await viewer<{ topK: { key: string }[] }>(
        `query ($at: DateTime) { topK(metric: "page_views", dimension: "path", window: DAY, at: $at) { key } }`,
        { at: new Date(toMs - 14 * 86_400_000).toISOString() },
      );
      expect(ranked.topK[0]?.key).toBe('/');
    },
    { timeoutMs: 50_000 },
  );
});

test('an airport carries its delay, which moves when a flight is corrected, and whoever follows hears of it', async () => {
  const editor = await signedIn(url, 'editor@demo.local');
  const find = `{ flights(first: 1, where: { delayMinutes: { lt: 30 } }, orderBy: [{ scheduledAt: ASC }]) { nodes { id delayMinutes scheduledAt origin { id } } } }`;
  const { data: found } = await editor<{
    flights: { nodes: { id: string; delayMinutes: number; scheduledAt: string; origin: { id: string } }[] };
  }>(find);
  const [flight] = found.flights.nodes;
  if (flight === undefined) throw new Error('the demo has flights');
  const start = `${flight.scheduledAt.slice(0, 13)}:00:00.000Z`;
  const delay = async (): Promise<Series['points'][number] | undefined> => {
    const { data } = await graphCaller(url)<{ airport: { delay: Series } }>(
      `query ($id: ID!, $from: DateTime!, $to: DateTime!) { airport(id: $id) { delay(window: HOUR, from: $from, to: $to) { points { start rows value } } } }`,
      { id: flight.origin.id, from: start, to: new Date(Date.parse(start) + 1).toISOString() },
    );
    return data.airport.delay.points[0];
  };
  const before = await eventually(async () => {
    const point = await delay();
    expect(point).toBeDefined();
    return point;
  });
  await using heard = await subscribing<{ metricUpdated: { series: Series[] } }>(url, {
    query: updates,
    variables: { where: { origin: flight.origin.id } },
  });
  await editor(changeFlight, { id: flight.id, input: { delayMinutes: flight.delayMinutes + 60 } });
  const expected = (before?.value ?? 0) + 60 / (before?.rows ?? 1);
  const told = await heard.first(({ metricUpdated }) => metricUpdated.series[0]?.points[0]?.start === start);
  expect(told.metricUpdated.series[0]?.points[0]?.value).toBeCloseTo(expected, 6);
  expect(await delay()).toEqual({ start, rows: before?.rows, value: expect.closeTo(expected, 6) });
  await editor(changeFlight, { id: flight.id, input: { delayMinutes: flight.delayMinutes } });
});

test('a model comes from a file of the workspace that the caller may see, and predicts once it is promoted', async () => {
  const editor = await signedIn(url, 'editor@demo.local');
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(addingModel())]), 'adder.onnx');
  const authorization = editor.authorization ?? '';
  const sent = await fetch(`${url}/files/form`, { method: 'POST', headers: { authorization }, body: form });
  const { files } = (await sent.json()) as { files: { id: string; sha256: string }[] };
  const input = { model: `adder-${Date.now()}`, file: files[0]?.id };
  const { data } = await editor<{ registerModelVersion: object }>(registerModel, { input });
  const adding = { version: 1, sha256: files[0]?.sha256, inputs: [{ name: 'a' }, { name: 'b' }] };
  expect(data.registerModelVersion).toEqual(adding);
  await editor(promoteModel, { model: input.model });
  // What becomes of the file is no matter of the version.
  await editor('mutation ($id: ID!) { trashFile(id: $id) { id } }', { id: input.file });
  const viewer = await signedIn(url, 'viewer@demo.local');
  const predicted = await viewer<{ predict: object }>(
    'query ($model: String!) { predict(model: $model, inputs: [{ a: 1, b: 2 }]) { predictions { outputs } } }',
    { model: input.model },
  );
  expect(predicted.data.predict).toEqual({ predictions: [{ outputs: { sum: 3 } }] });
  const again = await editor(registerModel, { input: { ...input, model: 'trashed' } });
  expect(again.errors[0]?.extensions['code']).toBe('FILE_NOT_SERVED');
});

test('the partner tracks and reads over REST, each event once; a viewer may not track', async () => {
  const { partnerKey } = await demoAccess(dataDir);
  const headers = { 'x-api-key': partnerKey, 'content-type': 'application/json' };
  const page = `/journey-${form}-${Date.now()}`;
  const body = JSON.stringify([
    { id: `${page}/1`, name: 'page.viewed', subject: page, properties: { path: page, loadMs: 100 } },
    { id: `${page}/2`, name: 'page.viewed', subject: page, properties: { path: page, loadMs: 300 } },
    { id: `${page}/3`, name: 'page.viewed', properties: {} },
  ]);
  const statuses = async (): Promise<unknown> => {
    const response = await fetch(`${url}/v1/events`, { method: 'POST', headers, body });
    expect(response.status).toBe(200);
    return ((await response.json()) as { status: string }[]).map(({ status }) => status);
  };
  expect(await statuses()).toEqual(['ACCEPTED', 'ACCEPTED', 'REFUSED']);
  expect(await statuses()).toEqual(['DUPLICATE', 'DUPLICATE', 'REFUSED']);
  await eventually(async () => {
    const response = await fetch(`${url}/v1/metrics/page_views?window=DAY&by=path&first=100`, { headers });
    const { series } = (await response.json()) as {
      series: { dimensions: { path: string }; points: { rows: number; byMeasure: unknown }[] }[];
    };
    const mine = series.find(({ dimensions }) => dimensions.path === page);
    expect(mine?.points.at(-1)).toMatchObject({
      rows: 2,
      byMeasure: { views: 2, loadMs: 200 },
    });
  });
  const viewer = await signedIn(url, 'viewer@demo.local');
  const refused = await viewer(
    'mutation { track(events: [{ name: "page.viewed", properties: { path: "/" } }]) { status } }',
  );
  expect(refused.errors[0]?.extensions['code']).toBe('FORBIDDEN');
});
