import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EventSourceReader, type SentEvent } from './event-source-reader.ts';

function read(pieces: readonly Uint8Array[], limitChars = 10_000): readonly SentEvent[] {
  const reader = new EventSourceReader(limitChars);
  return pieces.flatMap((piece) => [...reader.push(piece)]);
}

const text = [
  ': a comment\n\n',
  'event: next\ndata: {"a":1}\n\n',
  'event:next\r\ndata:first\r\ndata: second\r\n\r\n',
  'id: 7\nretry: 10\nunknown\ndata: ü€😀\n\n',
  'event: next\rdata: by carriage returns\r\r',
  'event: complete\n\n',
  'data: never ended\n',
].join('');

const events: readonly SentEvent[] = [
  { type: 'next', data: '{"a":1}' },
  { type: 'next', data: 'first\nsecond' },
  { type: 'message', data: 'ü€😀' },
  { type: 'next', data: 'by carriage returns' },
  { type: 'complete', data: '' },
];

it('a stream of events reads the same, wherever the network cuts it', () => {
  const bytes = Buffer.from(text);
  expect(read([bytes])).toEqual(events);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 20 }), (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const pieces = places.slice(1).map((end, at) => bytes.subarray(places[at], end));
      expect(read(pieces)).toEqual(events);
    }),
  );
});

it('an event beyond the limit is refused, in one line or in many, and the space of read ones is given back', () => {
  const line = Buffer.from(`data: ${'x'.repeat(60)}\n`);
  expect(() =>
    read([Buffer.from('data: '), ...Array.from({ length: 5 }, () => Buffer.alloc(30, 'x'))], 100),
  ).toThrow(/longer than 100/);
  expect(() => read([line, line], 100)).toThrow(/longer than 100/);
  const ended = Buffer.concat([line, Buffer.from('\n')]);
  expect(read([ended, ended, ended], 100)).toHaveLength(3);
});
