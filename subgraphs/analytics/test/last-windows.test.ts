import { newId } from '@tributary/runtime';
import { expect, onTestFinished, test } from 'vitest';
import { computed, flightChange, type TestFlight } from './measuring.ts';
import { anonymous, openAnalytics } from './open-analytics.ts';

const query = `query ($from: DateTime, $to: DateTime, $dimensions: [String!]) {
  metric(name: "flight_delay", window: HOUR, from: $from, to: $to, dimensions: $dimensions) { series { points { start } } } }`;
const origin = newId();
const flight = (time: string): TestFlight => ({
  id: newId(),
  origin,
  scheduledAt: `2001-01-${time}:00.000Z`,
  delayMinutes: 1,
});
const created = (after: TestFlight) => ({ before: null, after });

test('without times a question is about the last 24 windows with data', async () => {
  const analytics = await openAnalytics();
  onTestFinished(() => analytics[Symbol.asyncDispose]());
  await analytics.measure();
  const workspaceId = newId();
  const tell = async (
    ...changes: readonly { readonly before: TestFlight | null; readonly after: TestFlight | null }[]
  ): Promise<void> => {
    const events = changes.map((change) => flightChange(analytics, workspaceId, change));
    await analytics.eventLog.append('data.record', events);
    await computed(analytics);
  };
  const ask = (variables: object) => analytics.run(anonymous(workspaceId), query, { ...variables });
  const hours = Array.from({ length: 13 }, (_, at) => String(at + 8).padStart(2, '0'));
  const flights = ['01', '02'].flatMap((day) => hours.map((hour) => flight(`${day}T${hour}:30`)));
  await tell(...flights.map(created));
  const shown = async (variables: object = {}): Promise<string[]> => {
    const { data } = await ask(variables);
    return data.metric.series[0].points.map(({ start }: { start: string }) => start.slice(0, 13));
  };
  const all = ['01', '02'].flatMap((day) => hours.map((hour) => `2001-01-${day}T${hour}`));
  expect(await shown()).toEqual(all.slice(-24));
  expect(await shown({ dimensions: ['origin'] })).toEqual(all.slice(-24));
  expect(await shown({ to: '2001-01-01T12:00:00Z' })).toEqual(all.slice(0, 4));
  // A time that somebody mistyped is a window with data as long as it is there, and hides none but the oldest.
  const mistyped = { ...flight('01T10:05'), scheduledAt: '9998-01-01T10:05:00.000Z' };
  await tell(created(mistyped));
  expect(await shown()).toEqual([...all.slice(-23), '9998-01-01T10']);
  await tell({ before: mistyped, after: null });
  expect(await shown()).toEqual(all.slice(-24));
  expect((await ask({ from: '2030-01-01T00:00:00Z' })).data.metric.series).toEqual([]);
});
