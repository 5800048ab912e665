import { newId } from '@tributary/runtime';
import { expect, inject, test } from 'vitest';
import { documentWith, here, writeOf } from '../document-store/conformance-documents.ts';
import { openMongoDocumentStore } from '../document-store/mongo.ts';
import { openTlsFront } from '../tls-front.fixture.ts';

/** TLS in front of the MongoDB of this run; it wants to see a certificate when `mutual`. */
async function overTls({ mutual }: { readonly mutual: boolean }) {
  const front = await openTlsFront(Number(new URL(inject('engines')['MONGO_URL'] ?? '').port), { mutual });
  const url = (host: string, options: Readonly<Record<string, string>>): string => {
    const to = new URL(`mongodb://${host}:${front.port}/tls_${newId().replaceAll('-', '')}`);
    // Nobody tells the driver of another address, which would be one without TLS.
    const asked = { tls: 'true', directConnection: 'true', ...options };
    for (const [name, value] of Object.entries(asked)) to.searchParams.set(name, value);
    return to.href;
  };
  return { ...front, url };
}

test('MongoDB over TLS is used when its certificate is vouched for and of its name, and refused otherwise', async () => {
  await using under = await overTls({ mutual: false });
  await using store = await openMongoDocumentStore(under.url('localhost', { tlsCAFile: under.certFile }));
  const notes = await store.collection('Note', []);
  const document = documentWith({});
  await notes.insert(writeOf(document));
  expect(await notes.getMany(here, [document.id])).toHaveLength(1);
  for (const url of [
    under.url('localhost', {}),
    under.url('127.0.0.1', { tlsCAFile: under.certFile }),
    under.url('localhost', { tls: 'false' }),
  ])
    await expect(openMongoDocumentStore(url)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
});

test('a server that asks for a certificate gets the one that is named', async () => {
  await using under = await overTls({ mutual: true });
  const trusted = { tlsCAFile: under.certFile };
  await using store = await openMongoDocumentStore(
    under.url('localhost', { ...trusted, tlsCertificateKeyFile: under.bothFile }),
  );
  await store.ping();
  await expect(openMongoDocumentStore(under.url('localhost', trusted))).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
  });
});

test.each([
  ['mongodb://me:secret@localhost/shop?tls=true&tlsCAFile=/no/such/file', 'CONFIG_INVALID', '/no/such/file'],
  ['mongodb+srv://me:secret@no-such-host.invalid/shop', 'ENGINE_UNAVAILABLE', 'DNS has no servers'],
])('%s is refused with a sentence that names the setting', async (url, code, why) => {
  const opening = openMongoDocumentStore(url);
  await expect(opening).rejects.toMatchObject({ code, message: expect.stringContaining(why) });
  await expect(opening).rejects.toThrow(/^DOCUMENT_STORE_URL/);
  await expect(opening).rejects.not.toThrow('secret');
});

test.each(['journal=false', 'readConcernLevel=local'])(
  'what is acknowledged is on the disks of a majority: %s is refused',
  async (option) => {
    await expect(
      openMongoDocumentStore(`mongodb://me:secret@localhost/shop?${option}`),
    ).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('majority'),
    });
  },
);

test.each(['secondary', 'nearest', 'primaryPreferred'])(
  'what was acknowledged is read: readPreference=%s is refused',
  async (mode) => {
    await expect(
      openMongoDocumentStore(`mongodb://me:secret@localhost/shop?readPreference=${mode}`),
    ).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('readPreference'),
    });
  },
);

test.each(['tlsInsecure', 'tlsAllowInvalidCertificates', 'tlsAllowInvalidHostnames'])(
  'certificates are checked: %s is refused',
  async (option) => {
    const url = `mongodb://me:secret@localhost/shop?tls=true&${option}=true`;
    await expect(openMongoDocumentStore(url)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.not.stringContaining('secret'),
    });
  },
);
