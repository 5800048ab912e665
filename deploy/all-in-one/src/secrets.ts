import { hkdfSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { keep, readText } from './kept-file.ts';

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

/** Reads the kept secrets of `dataDir`, making them (mode 600) on the first start. */
export async function loadSecrets(dataDir: string): Promise<Secrets> {
  const path = join(dataDir, 'secrets.json');
  const kept = await readText(path);
  const { cursorSecret, sealingKey } =
    kept === undefined ? await makeSecrets(path) : (JSON.parse(kept) as KeptSecrets);
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

type KeptSecrets = Pick<Secrets, 'cursorSecret' | 'sealingKey'>;

async function makeSecrets(path: string): Promise<KeptSecrets> {
  const made: KeptSecrets = {
    cursorSecret: randomBytes(32).toString('base64'),
    sealingKey: randomBytes(32).toString('base64'),
  };
  await keep(path, made);
  return made;
}
