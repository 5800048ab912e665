import { expect, it } from 'vitest';
import { openMongoDocumentStore } from './mongo.ts';

it('a database that MongoDB has no name for is refused by the setting', async () => {
  await expect(openMongoDocumentStore('mongodb://me:secret@127.0.0.1:1/a.b')).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/^DOCUMENT_STORE_URL names a database that cannot be one/),
  });
});
