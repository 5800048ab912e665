import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expectOk } from '../exchange.ts';
import { fetchGoProgram } from '../go-program.ts';
import type { EnginePlace, EngineRecipe, Launch } from '../recipe.ts';

/** RELEASE.2026-02-12; a module without tags of its own has pseudo-versions. */
const version = 'v0.0.0-20260212201848-7aac2a2c5b7c';
const bucket = 'tributary';
const kmsKeyName = 'tributary';

/** MinIO by `go install`, with a bucket and a key for server-side encryption (SSE-KMS). The first build takes minutes. */
export const s3: EngineRecipe = {
  name: 's3',
  portCount: 2,
  find: async (cache) => {
    const program = { name: 's3', version, module: 'github.com/minio/minio', program: 'minio' };
    const minio = await fetchGoProgram(cache, program);
    return { title: 'MinIO 2026-02-12', launch: (place) => launch(minio, place) };
  },
};

async function launch(minio: string, place: EnginePlace): Promise<Launch> {
  const [port = 0, consolePort = 0] = place.ports;
  const user = 'tributary';
  const password = await place.secret('password');
  // What was encrypted with it is unreadable without it, so it stays with the data. It has to have 32 bytes.
  const kmsKey = Buffer.from((await place.secret('kms-key')).slice(0, 32)).toString('base64');
  const objects = join(place.dataDir, 'objects');
  // A folder of the drive is a bucket.
  await mkdir(join(objects, bucket), { recursive: true });
  const address = `127.0.0.1:${port}`;
  const url = `s3://${user}:${password}@${address}/${bucket}?tls=off&sse=aws:kms&kmsKeyId=${kmsKeyName}`;
  const listen = ['--address', address, '--console-address', `127.0.0.1:${consolePort}`];
  return {
    command: minio,
    args: ['server', ...listen, '--quiet', objects],
    env: {
      MINIO_ROOT_USER: user,
      MINIO_ROOT_PASSWORD: password,
      MINIO_KMS_SECRET_KEY: `${kmsKeyName}:${kmsKey}`,
      // So that it knows a bucket in the name of a host as well: `tributary.localhost`.
      MINIO_DOMAIN: 'localhost',
      MINIO_UPDATE: 'off',
    },
    settings: { S3_URL: url, OBJECT_STORE_URL: url },
    handshake: async () => {
      // `live` says that it listens; `ready` that its drive is there as well.
      await expectOk(`http://${address}/minio/health/live`);
      await expectOk(`http://${address}/minio/health/ready`);
    },
  };
}
