import { newId } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { AnswerPoints } from '../src/usecases/answer-points.ts';
import { computed } from './measuring.ts';
import { member, openAnalytics, startMs } from './open-analytics.ts';

test('a request reads 60,000 points of all its series, however often each is asked for, and is told so of what is more', async () => {
  await using analytics = await openAnalytics();
  await analytics.measure();
  const editor = member(newId(), 'EDITOR');
  const dayMs = 86_400_000;
  const [days, paths] = [28, ['/a', '/b', '/c', '/d']];
  const events = Array.from({ length: days }, (_, day) =>
    paths.map((path) => ({
      name: 'page.viewed',
      // One subject's events are measured in their order: none is late.
      subject: 'somebody',
      time: new Date(startMs - (days - day) * dayMs).toISOString(),
      properties: { path },
    })),
  ).flat();
  const track = 'mutation ($events: [TrackEvent!]!) { track(events: $events) { status } }';
  await analytics.run(editor, track, { events });
  await computed(analytics);
  const range = `from: "${new Date(startMs - 31 * dayMs).toISOString()}", to: "${new Date(startMs).toISOString()}"`;
  const field = `metric(name: "page_views", window: LAST_DAY, dimensions: ["path"], ${range})`;
  const { data: one } = await analytics.run(editor, `{ ${field} { series { points { start } } } }`);
  const counts = one.metric.series.map(({ points }: { points: unknown[] }) => points.length);
  // Windows of a day that begin each hour: 24 for each day.
  expect(counts).toEqual(paths.map(() => 24 * days));
  const fitting = Math.floor(60_000 / (24 * days * paths.length));
  const asked = Array.from({ length: fitting + 5 }, (_, at) => `a${at}: ${field} { window }`);
  const { data, code, extensions } = await analytics.run(editor, `{ ${asked.join(' ')} }`);
  expect(Object.values(data).filter((answer) => answer !== null)).toHaveLength(fitting);
  expect([code, extensions]).toEqual(['COST_EXCEEDED', expect.objectContaining({ limit: 60_000 })]);
});

test('a series without points is answered after exactly 60,000 were read, and one more point is not', async () => {
  const points = new AnswerPoints(undefined);
  const series = (count: number) => () =>
    Promise.resolve(
      Array.from({ length: count }, () => ({
        window: '1d',
        grouping: [],
        group: [],
        startMs,
        endMs: startMs,
        rows: 1,
        values: [1],
      })),
    );
  for (let read = 0; read < 3; read += 1) expect(await points.read(series(20_000))).toHaveLength(20_000);
  expect(await points.read(series(0))).toEqual([]);
  await expect(points.read(series(1))).rejects.toMatchObject({ code: 'COST_EXCEEDED' });
});
