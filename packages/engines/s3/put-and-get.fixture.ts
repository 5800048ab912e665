import { randomBytes } from 'node:crypto';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { systemClock as clock } from '@tributary/runtime';
import { contentOf, contentType, freshKey, MiB } from '../object-store/conformance-objects.ts';
import { openObjectStore } from '../object-store/open.ts';
import { createPresignedTokens } from '../object-store/presigned-tokens.ts';

// Names below `localhost` are this machine (RFC 6761 §6.3); not every system's resolver knows that.
const lookUp = dns.lookup;
dns.lookup = Object.assign(
  (host: string, ...rest: unknown[]) =>
    Reflect.apply(lookUp, dns, [host.endsWith('.localhost') ? 'localhost' : host, ...rest]),
  lookUp,
) as typeof dns.lookup;
syncBuiltinESMExports();

/** Puts two objects into the store at a URL, of which one is large, and says what comes back of the other and which host is asked for it; a process of its own, because the authorities it trusts are its environment's. */
const [url = ''] = process.argv.slice(-1);
const tokens = createPresignedTokens({ secret: randomBytes(32), path: '/none', clock });
const store = await openObjectStore(url, { dataDir: '', tokens, clock });
const key = freshKey();
await store.put({ key, body: Buffer.from('kept'), contentType });
await store.put({ key: freshKey(), body: randomBytes(3 * MiB), contentType });
const { url: asked } = await store.presign({ method: 'GET', key, expiresInSeconds: 60 });
process.stdout.write(`${await contentOf(store, key)} by ${new URL(asked).host}`);
await store[Symbol.asyncDispose]();
