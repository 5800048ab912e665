import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { typescriptProgram } from '@tributary/test-kit';
import { expect, inject, test } from 'vitest';
import { parseS3Url } from '../object-store/s3-address.ts';
import { openTlsFront } from '../tls-front.fixture.ts';

const program = typescriptProgram(fileURLToPath(new URL('put-and-get.fixture.ts', import.meta.url)));

test('a bucket over HTTPS is used when an authority that Node is told of vouches for its certificate, and refused otherwise', async () => {
  const url = new URL(inject('engines')['S3_URL'] ?? 'missing: run npm run test:engines -- s3');
  url.pathname = `/t${randomBytes(8).toString('hex')}`;
  const { region, endpoint, credentials } = parseS3Url(url.href);
  const client = new S3Client({
    region,
    forcePathStyle: true,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  });
  await client.send(new CreateBucketCommand({ Bucket: url.pathname.slice(1) }));
  client.destroy();
  await using front = await openTlsFront(Number(url.port), { mutual: false });
  url.host = `localhost:${front.port}`;
  url.searchParams.set('tls', 'on');
  const putAndGet = async (env: Readonly<Record<string, string>>): Promise<string> => {
    const run = promisify(execFile)(process.execPath, [...program, url.href], {
      cwd: import.meta.dirname,
      env: { ...process.env, ...env },
    });
    return (await run).stdout;
  };
  expect(await putAndGet({ NODE_EXTRA_CA_CERTS: front.certFile })).toBe('kept');
  await expect(putAndGet({})).rejects.toThrow(/cannot be used: .*localhost/);
});
