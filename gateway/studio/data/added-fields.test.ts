import { expect, test } from 'vitest';
import { addedTo } from './added-fields.ts';

const graph: Parameters<typeof addedTo>[1] = {
  metrics: [
    {
      name: 'flight_delay',
      measures: [{ name: 'average' }, { name: 'worst' }],
      windows: [{ name: 'HOUR' }, { name: 'DAY' }],
      fields: [{ type: 'Airport', field: 'delay', description: 'Minutes behind.' }],
    },
  ],
  inferenceModels: [
    { name: 'flight-delay', fields: [{ type: 'Flight', field: 'predictedDelay', description: null }] },
  ],
};

test('a model has the fields that metrics and predictions add to it, and no others', () => {
  expect(addedTo('Airport', graph).map(({ name }) => name)).toEqual(['delay']);
  expect(addedTo('Flight', graph).map(({ name }) => name)).toEqual(['predictedDelay']);
  expect(addedTo('FlightNote', graph)).toEqual([]);
});

test('of a metric the latest value of its widest window is read, and none where there is none', () => {
  const [delay] = addedTo('Airport', graph);
  expect(delay?.selection).toBe('delay(window: DAY) { points { value } }');
  expect(delay?.read({ points: [{ value: 1 }, { value: 12.345 }] })).toBe(12.35);
  for (const nothing of [null, { points: [] }, { points: [{ value: null }] }])
    expect(delay?.read(nothing)).toBeNull();
});

test('added fields are never written, filtered or sorted by', () => {
  for (const field of [...addedTo('Airport', graph), ...addedTo('Flight', graph)])
    expect(field).toMatchObject({ system: true, filterable: false, sortable: false });
});
