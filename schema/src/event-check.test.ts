import { expect, test } from 'vitest';
import { createEventCheck } from './event-check.ts';
import { topicContracts } from './topics.ts';

const event = {
  specversion: '1.0',
  id: '0190a1b2-0000-7000-8000-000000000001',
  source: '/subgraphs/data',
  type: 'data.record.updated',
  subject: 'Airport/1',
  time: '2026-11-26T08:00:00.000Z',
  datacontenttype: 'application/json',
  workspaceid: '0190a1b2-0000-7000-8000-000000000002',
  partitionkey: 'Airport/1',
  actorkind: 'user',
  actorid: '0190a1b2-0000-7000-8000-000000000003',
  data: {
    model: 'Airport',
    id: '1',
    version: 2,
    before: { name: 'Old' },
    after: { name: 'New' },
    changed: ['name'],
  },
};
const contracts = topicContracts();
const writing = createEventCheck(contracts, 'writing');
const reading = createEventCheck(contracts, 'reading');

test('every declared schema compiles, for who writes and for who reads', () => {
  for (const { name, types } of contracts)
    for (const type of Object.keys(types))
      for (const check of [writing, reading])
        expect(check(name, { ...event, type }), type).not.toBe('unknown');
});

test('what fits its schema passes both ways', () => {
  expect(writing('data.record', event)).toBe('fits');
  expect(reading('data.record', event)).toBe('fits');
});

test.each([
  ['a field of another type', { version: '2' }, '/data/version', 'must be integer'],
  ['a missing field', { version: undefined }, '/data', "must have required property 'version'"],
  ['a number out of bounds', { version: 0 }, '/data/version', 'must be >= 1'],
  ['an item of another type', { changed: ['name', 7] }, '/data/changed/1', 'must be string'],
])(
  '%s is a fault for who writes and who reads, told by its place and without its value',
  (_, wrong, path, message) => {
    for (const check of [writing, reading])
      expect(check('data.record', { ...event, data: { ...event.data, ...wrong } })).toEqual({
        path,
        message,
      });
  },
);

test.each([
  ['a thirteenth month', '2026-13-05T08:00:00Z'],
  ['a day that its month has not', '2026-02-30T08:00:00Z'],
  ['an hour that no day has', '2026-11-26T25:00:00Z'],
  ['the year 0, which databases have not', '0000-01-01T00:00:00Z'],
])('%s is no time of an event, for who writes and who reads', (_, time) => {
  for (const check of [writing, reading])
    expect(check('data.record', { ...event, time })).toEqual({
      path: '/time',
      message: 'must be a moment of RFC 3339',
    });
  expect(writing('data.record', { ...event, time: '2024-02-29T23:59:59.123456+14:00' })).toBe('fits');
});

test('a field of a later version is a fault for who writes, and none for who reads', () => {
  const later = { ...event, data: { ...event.data, reason: 'said by version N+1' } };
  expect(writing('data.record', later)).toEqual({
    path: '/data',
    message: 'must NOT have additional properties (reason)',
  });
  expect(reading('data.record', later)).toBe('fits');
});

test.each([
  ['id', 7],
  ['id', 'not-a-uuid'],
  ['time', 'yesterday'],
  ['workspaceid', ''],
  ['partitionkey', undefined],
  ['specversion', '0.3'],
  ['datacontenttype', 'text/xml'],
  ['runid', 5],
])('an envelope whose %s is %j is a fault', (name, value) => {
  expect(reading('data.record', { ...event, [name]: value })).toMatchObject({ path: `/${name}` });
});

test('what is no object is a fault, and another type is unknown, also one of another topic', () => {
  for (const odd of [null, 'text', 7]) expect(reading('data.record', odd)).toMatchObject({ path: '' });
  expect(reading('data.record', { ...event, type: 'data.record.renamed' })).toBe('unknown');
  expect(reading('data.room', event)).toBe('unknown');
  expect(reading('data.record', { ...event, type: 'constructor' })).toBe('unknown');
});
