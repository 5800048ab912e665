import { afterAll, beforeAll, expect, test } from 'vitest';
import { member, type RunningFiles, runFiles, uploaded } from './running-files.ts';

const editor = member('EDITOR');
let files: RunningFiles;
beforeAll(async () => {
  files = await runFiles();
});
afterAll(() => files[Symbol.asyncDispose]());

const table = {
  columns: [
    { name: 'Straße', type: 'TEXT' },
    { name: 'n', type: 'INTEGER' },
  ],
  rows: [['Köln €', '1']],
  truncated: false,
};
const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');
// In Windows-1252 the euro is 0x80.
const ansi = (text: string) => Buffer.from(text.replaceAll('€', '\u0080'), 'latin1');

test.each([
  ['utf-8', 'a.csv', Buffer.from('Straße,n\nKöln €,1\n'), 'text/csv'],
  ['utf-16le', 'a.csv', utf16('Straße;n\r\nKöln €;1\r\n'), 'application/octet-stream'],
  ['utf-16le', 'a.tsv', utf16('Straße\tn\r\nKöln €\t1\r\n'), 'application/octet-stream'],
  ['latin1', 'A.CSV', ansi('Straße;n\r\nKöln €;1\r\n'), 'application/octet-stream'],
])('a preview of a table in %s, called %s, says so', async (encoding, name, bytes, contentType) => {
  const id = await uploaded(files, editor, { name, bytes });
  const { data } = await files.ask(
    editor,
    'query ($id: ID!) { file(id: $id) { contentType preview { ... on TablePreview { columns { name type } rows truncated encoding } } } }',
    { id },
  );
  expect(data.file).toEqual({ contentType, preview: { ...table, encoding } });
});

test.each([
  ['utf-16le', 'unicode.txt', utf16('Straße\tn'), 'Straße\tn'],
  ['latin1', 'ansi.txt', ansi('Köln €'), 'Köln €'],
])('a preview of a text in %s says so', async (encoding, name, bytes, text) => {
  const id = await uploaded(files, editor, { name, bytes });
  const { data } = await files.ask(
    editor,
    'query ($id: ID!) { file(id: $id) { preview { ... on TextPreview { text encoding } } } }',
    { id },
  );
  expect(data.file.preview).toEqual({ text, encoding });
});

test.each([
  ['bytes that are called a table', 'b.csv', Buffer.from([0x41, 0x00, 0xff, 0x0a])],
  ['other bytes above ASCII', 'b.bin', ansi('Köln')],
  ['half a pair in UTF-16', 'b.csv', Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x41, 0x00])],
])('of %s there is no preview', async (_what, name, bytes) => {
  const id = await uploaded(files, editor, { name, bytes });
  const { data } = await files.ask(editor, 'query ($id: ID!) { file(id: $id) { preview { __typename } } }', {
    id,
  });
  expect(data.file.preview).toBeNull();
});
