import type { DocumentStore } from '@tributary/engines/document-store';
import { openDocumentStore } from '@tributary/engines/document-store/open';
import type { Relational } from '@tributary/engines/relational';
import { CodedError, createLogger, newId } from '@tributary/runtime';
import { freshDatabase } from '@tributary/test-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { modelRefusals, prepareData } from '../src/index.ts';
import { inFiles } from './models-of.ts';

const access = '@access(read: [PUBLIC], write: [EDITOR])';
const log = createLogger({ name: 'test', level: 'silent' });
const workspaceId = newId();
let relational: Relational;
let documents: DocumentStore;

beforeAll(async () => {
  relational = await freshDatabase();
  documents = await openDocumentStore('embedded:', { relational });
});
afterAll(async () => {
  await documents[Symbol.asyncDispose]();
  await relational[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await relational.query('DROP SCHEMA IF EXISTS data, document CASCADE');
});

/** Starts with these models, and answers what is refused of them. */
async function refusalsOf(...sources: readonly string[]): Promise<unknown> {
  try {
    await prepareData({ relational, documents, log, modelFiles: inFiles(sources) });
    return [];
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'MIGRATION_REFUSED') throw error;
    return error.details['refusals'];
  }
}

async function storeNote(fields: Readonly<Record<string, unknown>>): Promise<void> {
  const collection = await documents.collection('note', []);
  await collection.insert({
    document: { id: newId(), workspaceId, version: 1, fields },
    events: [],
  });
}

const storeRow = (table: string, columns = '', values = ''): Promise<unknown> =>
  relational.query(
    `INSERT INTO data.${table} (workspace_id, id, version, created_at, updated_at, created_by${columns})
     VALUES ('01938f6e-5b1c-7c3a-9d52-3f6b0c1f2a10', '01938f6e-5b1c-7c3a-9d52-3f6b0c1f2a11', 1, now(), now(), 'x'${values})`,
  );

describe('a document model with documents', () => {
  const airport = `type Airport @model ${access} { name: String }`;
  const flight = `type Flight @model ${access} { name: String }`;
  const note = (fields: string): string => `type Note @model(store: DOCUMENT) ${access} { ${fields} }`;
  const v1 = [airport, flight, note('title: String  size: Int!  place: Airport  photo: File')];

  beforeEach(async () => {
    expect(await refusalsOf(...v1)).toEqual([]);
    await storeNote({ title: 'x', size: 1 });
  });

  test('takes new optional fields and looser ones, as often as it is started', async () => {
    const v2 = [airport, flight, note('title: ID  size: Int  place: Airport  photo: File  subject: String')];
    expect([await refusalsOf(...v2), await refusalsOf(...v2)]).toEqual([[], []]);
    await storeNote({ title: 'y', subject: 'z' });
    // What is compared is the last shape: an old one would now drop a field.
    expect(await refusalsOf(...v1)).toEqual([
      'Note.size would become required, but stored documents may have no value for it',
      'the field Note.subject would be dropped with its values',
    ]);
  });

  test('is left alone when a change would reinterpret, require or drop what they hold, and the refusal names all of it', async () => {
    const v2 = note('title: Int  place: Flight!  photo: Run  subject: String!');
    await storeNote({ title: 'y', size: 2, photo: newId() });
    const refusals = [
      'Note.title would turn stored String into Int',
      'Note.place would turn stored Airport into Flight',
      'Note.photo would turn stored File into Run',
      'Note.subject is new and required, but stored documents have no value for it',
      'the field Note.size would be dropped with its values',
    ];
    expect(await refusalsOf(airport, flight, v2)).toEqual(refusals);
    expect(await refusalsOf(airport, flight, v2)).toEqual(refusals);
    expect(await refusalsOf(...v1)).toEqual([]);
  });

  test('loses a field, or gives it another type, once none of them has a value in it', async () => {
    const place = (type: string) => note(`title: String  size: Int!  ${type}`);
    expect(await refusalsOf(airport, flight, place('place: Flight'))).toEqual([]);
    await storeNote({ title: 'y', size: 2, place: newId(), photo: null });
    expect(await refusalsOf(airport, flight, place('photo: Int'))).toEqual([
      'the field Note.place would be dropped with its values',
    ]);
  });

  test('cannot be left out or become relational, and what tables refuse is told with it', async () => {
    await storeRow('airport');
    const unused = 'the collection note has documents of Note, but no document model uses it any more';
    expect(await refusalsOf(flight)).toEqual([
      'the table data.airport has rows, but no model uses it any more',
      unused,
    ]);
    expect(await refusalsOf(airport, flight, `type Note @model ${access} { title: String }`)).toEqual([
      unused,
    ]);
  });

  test('takes no index over values that are longer than it has room for', async () => {
    const long = Array.from({ length: 250 }, () => newId()).join('');
    await storeNote({ title: long, size: 2 });
    const v2 = note('title: String @index  size: Int!  place: Airport  photo: File');
    expect(await refusalsOf(airport, flight, v2)).toEqual([
      'stored documents of Note have values that are too long for an index (note_title)',
    ]);
  });

  test('has its indexes also where the names of model and field together are long', async () => {
    const name = 'AircraftMaintenanceRequestNote';
    const model = `type ${name} @model(store: DOCUMENT) ${access} { responsibleEngineer: String @unique  responsibleEngineering: String @index }`;
    expect(await refusalsOf(...v1, model)).toEqual([]);
    const { rows } = await relational.query(
      `SELECT 1 FROM pg_indexes WHERE schemaname = 'document' AND tablename = 'aircraft_maintenance_request_note' AND indexdef LIKE '%responsibleEngineer%'`,
    );
    expect(rows).toHaveLength(2);
  });

  test.each(['', '@index'])(
    'stops holding values unique when the model does, and not before it is started: %j',
    async (looser) => {
      const named = (directive: string) => [
        airport,
        flight,
        note(`title: String ${directive}  size: Int!  place: Airport  photo: File`),
      ];
      expect(await refusalsOf(...named('@unique'))).toEqual([]);
      // Asking whether the change can be is no change.
      expect(await modelRefusals({ relational, documents, modelFiles: inFiles(named(looser)) })).toEqual([]);
      await expect(storeNote({ title: 'x', size: 2 })).rejects.toMatchObject({
        code: 'CONFLICT',
        details: { index: 'note_title' },
      });
      expect(await refusalsOf(...named(looser))).toEqual([]);
      await storeNote({ title: 'x', size: 2 });
      expect(await refusalsOf(...named('@unique'))).toEqual([
        'stored documents of Note repeat a value that it now calls unique (note_title)',
      ]);
    },
  );

  test('does not become unique over values that repeat', async () => {
    await storeNote({ title: 'x', size: 2 });
    const v2 = note('title: String @unique  size: Int!  place: Airport  photo: File');
    expect(await refusalsOf(airport, flight, v2)).toEqual([
      'stored documents of Note repeat a value that it now calls unique (note_title)',
    ]);
  });
});

test('a document model without documents takes any shape', async () => {
  const note = (fields: string): string => `type Note @model(store: DOCUMENT) ${access} { ${fields} }`;
  expect(await refusalsOf(note('title: String'))).toEqual([]);
  expect(await refusalsOf(note('subject: Int!'))).toEqual([]);
  expect(await refusalsOf(`type Other @model ${access} { name: String }`)).toEqual([]);
});

describe('a reference of a table', () => {
  const others = [
    `type Airport @model ${access} { name: String }`,
    `type Flight @model ${access} { name: String }`,
  ];
  const gate = (place: string): string => `type Gate @model ${access} { place: ${place} }`;
  const start = (place: string): Promise<unknown> => refusalsOf(...others, gate(place));
  const targets = async (): Promise<unknown> =>
    (
      await relational.query(
        `SELECT confrelid::regclass::text AS target FROM pg_constraint WHERE contype = 'f' AND conrelid = 'data.gate'::regclass`,
      )
    ).rows.map((row) => (row as { target: string }).target);

  test.each([
    ['Airport', 'Flight'],
    ['Airport', 'File'],
    ['File', 'Airport'],
    ['File', 'Run'],
  ])('from %s is not turned into one to %s where rows hold it', async (before, after) => {
    expect(await start(before)).toEqual([]);
    await storeRow('gate');
    const stood = await targets();
    expect(await start(after)).toEqual([
      `Gate.place would turn references to ${before} into references to ${after}`,
    ]);
    expect([await start(before), await targets()]).toEqual([[], stood]);
  });

  test('is turned where there are no rows, and then leads where the model says', async () => {
    for (const [place, target] of [
      ['Airport', ['data.airport']],
      ['Flight', ['data.flight']],
      ['File', []],
      ['Run', []],
      ['Airport!', ['data.airport']],
    ] as const)
      expect([await start(place), await start(place), await targets()]).toEqual([[], [], target]);
  });
});
