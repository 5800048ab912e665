import { expect, test } from 'vitest';
import { eventBreaks } from './event-compatibility.ts';

const told = {
  type: 'object',
  properties: {
    id: { type: 'string', description: 'Its key.' },
    size: { oneOf: [{ type: 'number' }, { type: 'null' }] },
    kind: { enum: ['A', 'B'] },
    inner: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
    tags: { type: 'array', items: { type: 'string' } },
  },
  required: ['id', 'size'],
  additionalProperties: false,
};
const topic = (schema: object) => [{ name: 'a.b', partitions: 2, types: { 'a.b.told': schema } }];
const change = (properties: object, rest: object = {}) =>
  eventBreaks(topic(told), topic({ ...told, properties: { ...told.properties, ...properties }, ...rest }));

test('a new topic, type or optional field, and other words about an old one, break nothing', () => {
  expect(eventBreaks(topic(told), topic(told))).toEqual([]);
  expect(
    change({ more: { type: 'string' }, id: { type: 'string', description: 'In other words.' } }),
  ).toEqual([]);
  const more = [...topic(told), { name: 'a.c', partitions: 1, types: {} }];
  expect(eventBreaks(topic(told), more)).toEqual([]);
  const types = { 'a.b.told': told, 'a.b.untold': told };
  expect(eventBreaks(topic(told), [{ name: 'a.b', partitions: 2, types }])).toEqual([]);
});

test.each([
  ['a field that goes', { id: undefined }, {}, 'a.b.told.id: the field was removed'],
  ['another type', { id: { type: 'number' } }, {}, 'a.b.told.id: type changed from "string" to "number"'],
  [
    'a type that widens',
    { inner: { ...told.properties.inner, properties: { n: { type: 'number' } } } },
    {},
    'a.b.told.inner.n: type changed from "integer" to "number"',
  ],
  [
    'an item of another type',
    { tags: { type: 'array', items: { type: 'number' } } },
    {},
    'a.b.told.tags[]: type changed from "string" to "number"',
  ],
  [
    'one more value',
    { kind: { enum: ['A', 'B', 'C'] } },
    {},
    'a.b.told.kind: enum changed from ["A","B"] to ["A","B","C"]',
  ],
  [
    'a bound',
    { id: { type: 'string', maxLength: 5 } },
    {},
    'a.b.told.id: maxLength changed from nothing to 5',
  ],
  [
    'a field that must be there now',
    {},
    { required: ['id', 'size', 'kind'] },
    'a.b.told.kind: is required now, and events of before lack it',
  ],
  [
    'a field that need not be there any more',
    {},
    { required: ['id'] },
    'a.b.told.size: is required no more, and readers of before need it',
  ],
])('%s breaks, and is named', (_, properties, rest, sentence) => {
  expect(change(properties, rest)).toEqual([sentence]);
});

test.each([
  [
    'a field called as notes are, in one of several forms',
    (of: object) => ({ size: { oneOf: [{ type: 'object', properties: { title: of } }, { type: 'null' }] } }),
  ],
  [
    'one in a field called properties',
    (of: object) => ({
      size: {
        anyOf: [
          { type: 'object', properties: { properties: { type: 'object', properties: { description: of } } } },
        ],
      },
    }),
  ],
  ['what a constant has', (of: object) => ({ size: { const: { title: of } } })],
])('%s that changes breaks, and notes on it do not', (_, properties) => {
  const breaks = (before: object, after: object) =>
    eventBreaks(
      topic({ ...told, properties: properties(before) }),
      topic({ ...told, properties: properties(after) }),
    );
  expect(breaks({ type: 'string' }, { type: 'number' })).toHaveLength(1);
  expect(breaks({ type: 'string' }, { type: 'string' })).toEqual([]);
});

test('other words inside one of several forms break nothing', () => {
  const form = (description: string) => ({
    size: {
      oneOf: [{ type: 'object', description, properties: { title: { type: 'string', description } } }],
    },
  });
  expect(
    eventBreaks(topic({ ...told, properties: form('a') }), topic({ ...told, properties: form('b') })),
  ).toEqual([]);
});

test('topics and types that go, and partitions that change, break', () => {
  expect(eventBreaks(topic(told), [])).toEqual(['a.b: the topic was removed']);
  expect(eventBreaks(topic(told), [{ name: 'a.b', partitions: 3, types: {} }])).toEqual([
    'a.b: 2 partitions became 3',
    'a.b.told: the type was removed from a.b',
  ]);
});
