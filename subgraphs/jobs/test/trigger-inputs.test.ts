import { newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { filledTemplate } from '../src/domain/input-template.ts';
import type { ToldEvent } from '../src/domain/told-event.ts';
import { viewer } from './open-jobs.ts';
import { type OpenTriggers, openTriggers, recordChange } from './open-triggers.ts';

let open: OpenTriggers;
beforeAll(async () => {
  open = await openTriggers();
});
afterAll(() => open[Symbol.asyncDispose]());

function told(data: Readonly<Record<string, unknown>>): ToldEvent {
  const actor = { kind: 'user', id: 'olga' };
  return {
    id: 'e',
    type: 'files.file.updated',
    time: '2026-01-01T00:00:00Z',
    subject: 'File/1',
    actor,
    data,
  };
}

const tooLarge = (): Error => new Error('too large');
const places = fc.constantFrom('data.a', 'data.b', 'data.nothing', 'id').map((fromEvent) => ({ fromEvent }));
const templates = fc.letrec((tie) => ({
  part: fc.oneof(
    { maxDepth: 3 },
    places,
    fc.jsonValue({ maxDepth: 1 }),
    fc.array(tie('part'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('part'), { maxKeys: 4 }),
  ),
})).part;

test('property: the size of a filled input is that of its JSON, and one byte less has no place for it', () => {
  const values = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(templates, values, values, (template, a, b) => {
      const event = told({ a, b });
      const { input, sizeBytes } = filledTemplate(template, event, { mostBytes: Infinity, tooLarge });
      expect(sizeBytes).toBe(Buffer.byteLength(JSON.stringify(input)));
      const least = { mostBytes: sizeBytes, tooLarge };
      expect(filledTemplate(template, event, least)).toEqual({ input, sizeBytes });
      // What says nothing takes nothing: it becomes null only as a whole.
      if (input !== null)
        expect(() => filledTemplate(template, event, { ...least, mostBytes: sizeBytes - 1 })).toThrow(
          'too large',
        );
    }),
    { numRuns: 500 },
  );
});

test('an input that grows too large is left where it does, and nothing more of the event is read', () => {
  let reads = 0;
  const long = Object.defineProperty({}, 'text', {
    enumerable: true,
    get: () => {
      reads += 1;
      return 'x'.repeat(1_000);
    },
  });
  const template = Array.from({ length: 3_000 }, () => ({ fromEvent: 'data.long' }));
  const fill = () => filledTemplate(template, told({ long }), { mostBytes: 20_000, tooLarge });
  expect(fill).toThrow('too large');
  expect(reads).toBeLessThanOrEqual(20);
});

const place = { fromEvent: 'data.id' };
test.each([
  ['names the event more than a hundred times', { input: Array(101).fill(place) }, 'BAD_USER_INPUT'],
  ['is larger than an input may be', { input: { place, text: 'x'.repeat(262_144) } }, 'PAYLOAD_TOO_LARGE'],
  [
    'compares with more text than anybody writes',
    {
      conditions: Array.from({ length: 2 }, () => ({
        path: 'data.id',
        in: Array.from({ length: 100 }, (_, at) => `${at}`.padEnd(400, 'x')),
      })),
    },
    'BAD_USER_INPUT',
  ],
])('a trigger that %s is refused when it is declared', async (_what, input, code) => {
  const { codes } = await open.make(input);
  expect(codes).toEqual([code]);
});

test('a trigger that names the event a hundred times is taken', async () => {
  expect((await open.make({ input: Array(100).fill(place) })).codes).toEqual([]);
});

test('an event whose input would be too large is passed over, and none is made after the runs of the minute', async () => {
  const large = Array.from({ length: 100 }, (_, at) => `${at}`.padEnd(3_000, '\u0001'));
  const subject = `Large/${newId()}`;
  const input = { names: { fromEvent: 'data.changed' } };
  const { id } = (await open.make({ subject, input, runsPerMinute: 1 })).data.createTrigger;
  const shown = async () =>
    (await open.jobs.ask(viewer, `{ trigger(id: "${id}") { fired passedOver lastError { code message } } }`))
      .data.trigger;
  await open.log.append('data.record', [recordChange(subject, large)]);
  await eventually(async () =>
    expect(await shown()).toMatchObject({
      fired: 0,
      passedOver: 1,
      lastError: {
        code: 'PAYLOAD_TOO_LARGE',
        message: 'The input of a run may have 262144 bytes of JSON at most.',
      },
    }),
  );
  await open.log.append('data.record', [
    recordChange(subject),
    recordChange(subject, large),
    recordChange(subject, large),
  ]);
  await eventually(async () =>
    expect(await shown()).toMatchObject({
      fired: 1,
      passedOver: 3,
      lastError: { code: 'RATE_LIMITED', message: expect.stringMatching(/^2 events at once/) },
    }),
  );
});
