import { expect, test } from 'vitest';
import { eventOf } from './conformance-events.ts';
import { receivedEvent } from './received-event.ts';

const event = eventOf('Thing/1', { text: 'a [ { "quoted" \\ ] }'.repeat(100) });

const faultOf = (value: unknown): string | undefined => {
  const received = receivedEvent(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
  return 'fault' in received ? received.fault : undefined;
};

/** JSON in so many lists. */
const nested = (depth: number): string =>
  `${JSON.stringify({ ...event, data: null }).slice(0, -5)}${'['.repeat(depth)}${']'.repeat(depth)}}`;

test('what was appended is the event, whatever its texts hold', () => {
  expect(receivedEvent(Buffer.from(JSON.stringify(event)))).toEqual({ event });
});

test.each(['id', 'source', 'type', 'subject', 'time', 'partitionkey'])(
  'what has no %s is no event, and neither is one where that is no text',
  (name) => {
    expect(faultOf({ ...event, [name]: undefined })).toBe(`has no ${name}`);
    expect(faultOf({ ...event, [name]: 7 })).toBe(`has no ${name}`);
  },
);

test('what has no data is no event; none in it, or another kind of JSON, is the reader’s to judge', () => {
  expect(faultOf({ ...event, data: undefined })).toBe('has no data');
  for (const data of [null, 'text', []]) expect(faultOf({ ...event, data })).toBeUndefined();
});

test('what is nested so deep that it could be read and not be written again is no event', () => {
  const deep = nested(20_000);
  expect(() => JSON.stringify(JSON.parse(deep))).toThrow(RangeError);
  expect(faultOf(deep)).toBe('is nested too deep');
  expect(faultOf(deep.slice(0, 10_000))).toBe('is nested too deep');
  expect(faultOf(nested(499))).toBeUndefined();
  expect(faultOf(nested(500))).toBe('is nested too deep');
});

test('a fault comes with how the record begins, and with no more', () => {
  expect(receivedEvent(Buffer.from('no JSON '.repeat(1_000)))).toEqual({
    fault: 'is no JSON',
    excerpt: 'no JSON '.repeat(25),
  });
});
