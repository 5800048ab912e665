import { eventually } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentWith, here, next, writeOf } from '../document-store/conformance-documents.ts';
import { openMongoDocumentStore } from '../document-store/mongo.ts';
import { type OwnMongo, startMongoWithUsers } from './server.fixture.ts';

const password = 'p#ss w/rd';
let server: OwnMongo;

beforeAll(async () => {
  const shop = [{ role: 'readWrite', db: 'shop' }];
  server = await startMongoWithUsers([
    { name: 'modern', password, roles: shop, mechanisms: ['SCRAM-SHA-256'] },
    { name: 'old', password, roles: shop, mechanisms: ['SCRAM-SHA-1'] },
    {
      name: 'elsewhere',
      password,
      roles: [{ role: 'readWrite', db: 'other' }],
      mechanisms: ['SCRAM-SHA-256'],
    },
  ]);
});

afterAll(() => server[Symbol.asyncDispose]());

/** The database `shop`, as somebody; users are known to `admin`. */
function as(login: string, options: Readonly<Record<string, string>> = {}): string {
  const asked = new URLSearchParams({ authSource: 'admin', ...options });
  return `mongodb://${login}127.0.0.1:${server.port}/shop?${asked}`;
}

const spelt = encodeURIComponent(password);

test.each([
  ['modern', 'SCRAM-SHA-256'],
  ['old', 'SCRAM-SHA-1'],
])(
  'a user who may read and write one database (%s, by %s) can do all that the store does',
  async (name, mechanism) => {
    await using store = await openMongoDocumentStore(as(`${name}:${spelt}@`, { authMechanism: mechanism }));
    await store.ping();
    const notes = await store.collection(`Note_${name}`, [
      { name: 'by_code', fields: ['code'], unique: true },
    ]);
    let rings = 0;
    await using _waking = await store.outbox.onCommitted(() => {
      rings += 1;
    });
    const document = documentWith({ code: name });
    await notes.insert(writeOf(document));
    expect(await notes.replace(1, writeOf(next(document, { code: `${name}!` })))).toBe(true);
    expect(await notes.getMany(here, [document.id])).toEqual([next(document, { code: `${name}!` })]);
    await eventually(() => expect(rings).toBeGreaterThan(0));
    const pending = await store.outbox.pending(100);
    expect(pending).toHaveLength(2);
    await store.outbox.forget(pending);
    expect(await store.outbox.pending(100)).toEqual([]);
  },
);

test.each([
  ['a wrong password', () => as('modern:not-it@'), 'it refuses the user or the password'],
  ['a user nobody knows', () => as(`nobody:${spelt}@`), 'it refuses the user or the password'],
  ['another database’s user', () => as(`modern:${spelt}@`, { authSource: 'shop' }), 'authSource'],
  ['no user at all', () => as(''), 'grant readWrite on it'],
  ['a user of other databases', () => as(`elsewhere:${spelt}@`), 'grant readWrite on it'],
])('%s is refused at the start, by the setting, the place and what to look at', async (_, url, why) => {
  const opening = openMongoDocumentStore(url());
  await expect(opening).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: expect.stringMatching(
      /^DOCUMENT_STORE_URL names a MongoDB at 127\.0\.0\.1:\d+ that cannot be used: /,
    ),
  });
  await expect(opening).rejects.toThrow(why);
  await expect(opening).rejects.not.toThrow(/not-it|p#ss/);
});
