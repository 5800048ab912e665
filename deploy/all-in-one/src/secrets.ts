import { hkdfSync, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '@tributary/runtime';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { z } from 'zod';
import { keep, readKept, readText } from './kept-file.ts';

/** The keys of this installation. In production they come from a secret store; on a laptop they live in the data folder. */
export interface Secrets {
  /** Signs log cursors; changing it makes clients start anew. */
  readonly cursorSecret: string;
  /** Seals private signing keys at rest: 32 bytes, Base64. */
  readonly sealingKey: string;
  /** Signs links to files: 32 bytes, Base64. Made from the sealing key, so that nothing more has to be kept. */
  readonly filesSecret: string;
  /** The gateway's key pair for assertions, made anew at each start. */
  readonly assertion: { readonly privateKey: JWK; readonly publicKey: JWK };
}

const keptSecrets = z.object({
  cursorSecret: z.string().min(32),
  sealingKey: z.string().refine((text) => Buffer.from(text, 'base64').length === 32),
});

type KeptSecrets = z.infer<typeof keptSecrets>;

/** What a start makes after the secrets: where one of them is, secrets were there too. */
const madeLater = ['postgres', 'wrapping-keys', 'objects', 'demo.json'];

/** What to do about a fault of the kept secrets. */
export const lostSecretsAdvice =
  'restore it from your backup, or start once with LOST_SECRETS=replace to go on with new secrets (the README of all-in-one says what that ends).';

export interface SecretsOptions {
  readonly dataDir: string;
  /** What to do when the secrets of existing data are gone. */
  readonly lostSecrets: 'refuse' | 'replace';
}

/**
 * Reads the kept secrets of the data folder, making them (mode 600) on the first start.
 * @throws CodedError CONFIG_INVALID when they are gone or damaged: new ones beside existing data are made on request only.
 */
export async function loadSecrets({ dataDir, lostSecrets }: SecretsOptions): Promise<Secrets> {
  const path = join(dataDir, 'secrets.json');
  const kept = keptSecrets.safeParse(await readKept(path));
  if (!kept.success && lostSecrets === 'refuse') await refuseLost(dataDir, path);
  const { cursorSecret, sealingKey } = kept.success ? kept.data : await makeSecrets(path);
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return {
    cursorSecret,
    sealingKey,
    filesSecret: Buffer.from(
      hkdfSync('sha256', Buffer.from(sealingKey, 'base64'), '', 'tributary files', 32),
    ).toString('base64'),
    assertion: { privateKey: await exportJWK(pair.privateKey), publicKey: await exportJWK(pair.publicKey) },
  };
}

async function refuseLost(dataDir: string, path: string): Promise<void> {
  const isDamaged = (await readText(path)) !== undefined;
  if (!isDamaged && !madeLater.some((name) => existsSync(join(dataDir, name)))) return;
  const fault = isDamaged ? 'is damaged' : `is missing, while ${dataDir} holds data that needs it`;
  throw new CodedError('CONFIG_INVALID', `${path} ${fault}; ${lostSecretsAdvice}`);
}

async function makeSecrets(path: string): Promise<KeptSecrets> {
  const made: KeptSecrets = {
    cursorSecret: randomBytes(32).toString('base64'),
    sealingKey: randomBytes(32).toString('base64'),
  };
  await keep(path, made);
  return made;
}
