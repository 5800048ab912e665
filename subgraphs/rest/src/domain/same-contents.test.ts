import { expect, test } from 'vitest';
import { showsAll } from './same-contents.ts';

const record = {
  id: 'r1',
  title: 'De-icing',
  scheduledAt: '2001-01-01T00:47:00.000Z',
  origin: { id: 'a1', iata: 'DEN' },
  tags: ['a', 'b'],
  city: null,
};

test.each([
  [{}],
  [{ title: 'De-icing', city: null }],
  [{ scheduledAt: '2001-01-01T01:47:00+01:00' }],
  [{ origin: { iata: 'DEN' }, tags: ['a', 'b'] }],
])('a record shows %j', (given) => {
  expect(showsAll(record, given)).toBe(true);
});

test.each([
  [{ title: 'Another' }],
  [{ unseen: null }],
  [{ toString: undefined }],
  [{ scheduledAt: '2001-01-01T00:47:01Z' }],
  [{ origin: { iata: 'SLC' } }],
  [{ origin: 'DEN' }],
  [{ tags: ['a'] }],
  [{ tags: { 0: 'a' } }],
  [{ city: 'Denver' }],
])('a record does not show %j', (given) => {
  expect(showsAll(record, given)).toBe(false);
});
