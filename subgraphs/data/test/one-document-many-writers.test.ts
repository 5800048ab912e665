import { openDocumentStore } from '@tributary/engines/document-store/open';
import { newId, systemClock } from '@tributary/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDocumentStore } from '../src/documents/document-store.ts';
import { changeEvent } from '../src/items/change-event.ts';
import { modelNamed } from '../src/models/model.ts';
import { modelsOf } from './models-of.ts';
import { member, type OpenData, openData } from './open-data.ts';

const source = `type Note @model(store: DOCUMENT) @access(read: [PUBLIC], write: [EDITOR]) { title: String }`;
const editor = member(newId(), 'EDITOR');
let data: OpenData;
beforeAll(async () => {
  data = await openData([source]);
});
afterAll(() => data[Symbol.asyncDispose]());

async function newNote(): Promise<string> {
  const made = await data.run(editor, 'mutation { createNote(input: { title: "0" }) { id } }');
  return made.data.createNote.id;
}

test('fifty who change one document at once without an expected version all succeed, one after the other', async () => {
  const id = await newNote();
  await data.takeEvents();
  const change =
    'mutation ($id: ID!, $title: String) { updateNote(id: $id, input: { title: $title }) { version } }';
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, at) => data.run(editor, change, { id, title: `title ${at}` })),
  );
  expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  const versions = answers.map(({ data: answer }) => answer.updateNote.version);
  expect(versions.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, at) => at + 2));
  expect(await data.takeEvents()).toHaveLength(50);
});

test('of those who expect a version exactly one succeeds, and one who comes after its removal finds nothing', async () => {
  const id = await newNote();
  const change =
    'mutation ($id: ID!, $title: String) { updateNote(id: $id, input: { title: $title }, expectedVersion: 1) { version } }';
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, at) => data.run(editor, change, { id, title: `title ${at}` })),
  );
  expect(answers.filter(({ code }) => code === undefined)).toHaveLength(1);
  expect(answers.filter(({ code }) => code === 'VERSION_CONFLICT')).toHaveLength(9);
  const both = await Promise.all([
    data.run(editor, 'mutation ($id: ID!) { deleteNote(id: $id) { id } }', { id }),
    data.run(editor, 'mutation ($id: ID!) { updateNote(id: $id, input: { title: "late" }) { id } }', { id }),
  ]);
  expect(both.map(({ code }) => code)).toEqual([undefined, 'NOT_FOUND']);
});

test('writers in several processes all succeed too', async () => {
  const id = await newNote();
  const { workspaceId } = editor;
  const documents = await openDocumentStore('embedded:', { relational: data.relational });
  const model = modelNamed(modelsOf([source]), 'Note');
  const processes = Array.from({ length: 4 }, () => createDocumentStore(model, documents));
  await Promise.all(
    Array.from({ length: 24 }, (_, at) =>
      processes[at % 4]?.update(workspaceId, id, (stored) => {
        const next = { ...stored, title: String(at), version: Number(stored['version']) + 1 };
        return { next, event: changeEvent({ model, before: stored, after: next }, editor, systemClock) };
      }),
    ),
  );
  const { data: answer } = await data.run(editor, 'query ($id: ID!) { note(id: $id) { version } }', { id });
  expect(answer.note.version).toBe(25);
});
