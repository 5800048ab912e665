import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { link, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, CodedError } from '@tributary/runtime';
import { ensureFolder, hasCode, syncFolder } from '../durable-files.ts';
import type { KeyProvider, WrappedKey } from './port.ts';

export interface EmbeddedKeyProviderOptions {
  /** Holds a file for each wrapping key; may be a mounted secret. */
  readonly folder: string;
  readonly clock: Clock;
}

interface WrappingKey {
  readonly id: string;
  readonly secret: Buffer;
  readonly createdAtMs: number;
}

/** A wrapping key that is older is followed by a new one. */
const rotateAfterMs = 90 * 24 * 3_600_000;
const nonceBytes = 12;
const tagBytes = 16;

/** Wrapping keys in files that only this user may read, numbered from 1; the newest wraps. The first is made here. */
export async function openEmbeddedKeyProvider(options: EmbeddedKeyProviderOptions): Promise<KeyProvider> {
  const provider = new EmbeddedKeyProvider(options);
  await provider.currentKeyId();
  return provider;
}

class EmbeddedKeyProvider implements KeyProvider {
  readonly #folder: string;
  readonly #clock: Clock;

  constructor({ folder, clock }: EmbeddedKeyProviderOptions) {
    this.#folder = folder;
    this.#clock = clock;
  }

  async currentKeyId(): Promise<string> {
    return (await this.#current()).id;
  }

  async wrap(dataKey: Uint8Array, owner: string): Promise<WrappedKey> {
    const { id, secret } = await this.#current();
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', secret, nonce).setAAD(Buffer.from(`${id} ${owner}`));
    const sealed = Buffer.concat([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
    return { wrappingKeyId: id, wrapped: sealed.toString('base64url') };
  }

  async unwrap({ wrappingKeyId, wrapped }: WrappedKey, owner: string): Promise<Uint8Array> {
    const { id, secret } = await this.#named(wrappingKeyId);
    const sealed = Buffer.from(wrapped, 'base64url');
    try {
      const decipher = createDecipheriv('aes-256-gcm', secret, sealed.subarray(0, nonceBytes))
        .setAAD(Buffer.from(`${id} ${owner}`))
        .setAuthTag(sealed.subarray(-tagBytes));
      return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]);
    } catch (cause) {
      throw new CodedError('INTERNAL', 'A data key was not wrapped for this owner.', { cause });
    }
  }

  async ping(): Promise<void> {
    await this.#current();
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #current(): Promise<WrappingKey> {
    return await withFaultsTold(async () => {
      for (;;) {
        const newest = await this.#newest();
        const isOld = newest !== undefined && newest.key.createdAtMs + rotateAfterMs <= this.#clock.now();
        if (newest !== undefined && !isOld) return newest.key;
        try {
          await this.#make((newest?.number ?? 0) + 1);
        } catch (error) {
          // A volume of secrets that is mounted for reading gets its next key from whoever fills it.
          if (newest !== undefined && hasCode(error, 'EROFS', 'EACCES', 'EPERM')) return newest.key;
          throw error;
        }
      }
    });
  }

  async #newest(): Promise<{ number: number; key: WrappingKey } | undefined> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    });
    const number = Math.max(0, ...names.map(Number).filter(Number.isSafeInteger));
    return number === 0 ? undefined : { number, key: await this.#read(number) };
  }

  /** Durable before it wraps anything. Of several processes that make the next key at once, one makes it. */
  async #make(number: number): Promise<void> {
    await ensureFolder(this.#folder);
    const draft = join(this.#folder, `draft-${randomBytes(8).toString('hex')}`);
    const made = { createdAtMs: this.#clock.now(), secret: randomBytes(32).toString('base64') };
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(made)}\n`);
      await file.sync();
      await link(draft, join(this.#folder, String(number)));
      await syncFolder(this.#folder);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    } finally {
      await file.close();
      await rm(draft, { force: true });
    }
  }

  async #named(id: string): Promise<WrappingKey> {
    const [, number] = /^([1-9]\d{0,9})-[0-9a-f]{16}$/.exec(id) ?? [];
    const key =
      number === undefined ? undefined : await withFaultsTold(() => this.#readIfThere(Number(number)));
    if (key?.id === id) return key;
    throw new CodedError('NOT_FOUND', 'The key that a data key was wrapped with is gone.');
  }

  async #readIfThere(number: number): Promise<WrappingKey | undefined> {
    try {
      return await this.#read(number);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  async #read(number: number): Promise<WrappingKey> {
    const kept = JSON.parse(await readFile(join(this.#folder, String(number)), 'utf8')) as {
      readonly createdAtMs: number;
      readonly secret: string;
    };
    const secret = Buffer.from(kept.secret, 'base64');
    // The fingerprint tells the keys of two installations apart, should their folders be mixed up.
    const fingerprint = createHash('sha256').update(secret).digest('hex').slice(0, 16);
    return { id: `${number}-${fingerprint}`, secret, createdAtMs: kept.createdAtMs };
  }
}

async function withFaultsTold<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (cause) {
    throw new CodedError('ENGINE_UNAVAILABLE', 'The wrapping keys cannot be read.', { cause });
  }
}
