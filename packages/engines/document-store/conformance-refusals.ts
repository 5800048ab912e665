import { expect, test } from 'vitest';
import {
  documentWith,
  here,
  next,
  type OpenDocumentStoreUnderTest,
  pendingVersions,
  writeOf,
} from './conformance-documents.ts';
import type { DocumentWrite, StoredDocument } from './port.ts';

const coded = (code: string): unknown => expect.objectContaining({ code });

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { inner: value };
  return value;
}

export function testRefusals(open: OpenDocumentStoreUnderTest): void {
  test('a write whose event does not fit its schema is refused by name, and nothing of it is kept', async () => {
    await using under = await open();
    const notes = await under.store.collection('Note', []);
    const present = documentWith({ n: 1 });
    await notes.insert(writeOf(present));
    const misfit = (document: StoredDocument): DocumentWrite => {
      const { events } = writeOf(document);
      return {
        document,
        events: events.map(({ topic, event }) => ({ topic, event: { ...event, data: {} } })),
      };
    };
    const refusal = expect.objectContaining({
      code: 'EVENT_INVALID',
      details: { topic: 'data.document', type: 'data.document.updated', path: '/data' },
    });
    const absent = documentWith({ n: 2 });
    await expect(notes.insert(misfit(absent))).rejects.toThrow(refusal);
    await expect(notes.insertMany([misfit(absent)])).rejects.toThrow(refusal);
    await expect(notes.replace(1, misfit(next(present, { n: 3 })))).rejects.toThrow(refusal);
    await expect(notes.remove(1, misfit(next(present, {})))).rejects.toThrow(refusal);
    expect(await notes.getMany(here, [present.id, absent.id])).toEqual([present]);
    expect(await pendingVersions(under.store, present)).toEqual([1]);
  });

  test('keys that are operators, paths or prototypes are refused at any depth, on insert and on replace', async () => {
    await using under = await open();
    const notes = await under.store.collection('Note', []);
    const present = documentWith({});
    await notes.insert(writeOf(present));
    for (const key of [
      '$where',
      '$',
      'a.b',
      '.',
      '',
      '__proto__',
      'constructor',
      'prototype',
      'a\0b',
      '\ud800',
    ]) {
      const hostile = JSON.parse(`{"list":[{"inner":{${JSON.stringify(key)}:1}}]}`) as Record<
        string,
        unknown
      >;
      const document = documentWith(hostile);
      await expect(notes.insert(writeOf(document))).rejects.toThrow(coded('BAD_USER_INPUT'));
      await expect(notes.replace(1, writeOf(next(present, hostile)))).rejects.toThrow(
        coded('BAD_USER_INPUT'),
      );
      expect(await pendingVersions(under.store, document)).toEqual([]);
    }
    expect(await notes.getMany(here, [present.id])).toEqual([present]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('values that JSON does not have, or that would not come back the same, are refused', async () => {
    await using under = await open();
    const notes = await under.store.collection('Note', []);
    const values = [
      Number.NaN,
      Number.NEGATIVE_INFINITY,
      'a\0b',
      '\udc00',
      1n,
      new Date(0),
      new Map(),
      () => 1,
      Symbol('x'),
      [undefined],
    ];
    for (const value of values) {
      await expect(notes.insert(writeOf(documentWith({ value })))).rejects.toThrow(coded('BAD_USER_INPUT'));
    }
    expect(await notes.count(here)).toBe(0);
  });

  test('depth and size have limits, and what is at the limit is kept', async () => {
    await using under = await open();
    const notes = await under.store.collection('Note', []);
    await notes.insert(writeOf(documentWith({ value: nested(31) })));
    await notes.insert(writeOf(documentWith({ value: 'x'.repeat(1_000_000) })));
    for (const depth of [32, 10_000]) {
      await expect(notes.insert(writeOf(documentWith({ value: nested(depth) })))).rejects.toThrow(
        coded('BAD_USER_INPUT'),
      );
    }
    const large = documentWith({ value: 'ü'.repeat(600_000) });
    await expect(notes.insert(writeOf(large))).rejects.toThrow(coded('PAYLOAD_TOO_LARGE'));
    expect(await notes.count(here)).toBe(2);
  });

  test('an indexed value is a single, bounded one', async () => {
    await using under = await open();
    const notes = await under.store.collection('Note', [{ name: 'by_code', fields: ['code'], unique: true }]);
    await notes.insert(writeOf(documentWith({ code: incompressible(1_990) })));
    for (const code of [incompressible(2_000), [1], { a: 1 }]) {
      await expect(notes.insert(writeOf(documentWith({ code })))).rejects.toThrow(coded('BAD_USER_INPUT'));
    }
  });

  test('names that an engine could read as something else are refused', async () => {
    await using under = await open();
    for (const name of ['', 'a"b', 'a.b', '$a', 'a b', 'x'.repeat(49)]) {
      await expect(under.store.collection(name, [])).rejects.toThrow(coded('MODEL_INVALID'));
      const index = { name, fields: ['a'], unique: false };
      await expect(under.store.collection('Note', [index])).rejects.toThrow(coded('MODEL_INVALID'));
    }
  });
}

/** Text that no engine makes smaller, so that the limit is met by its length. */
function incompressible(length: number): string {
  let state = 1;
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return String.fromCharCode(97 + (state % 26));
  }).join('');
}
