import { randomBytes } from 'node:crypto';
import { systemClock as clock } from '@tributary/runtime';
import { contentOf, contentType, freshKey } from '../object-store/conformance-objects.ts';
import { openObjectStore } from '../object-store/open.ts';
import { createPresignedTokens } from '../object-store/presigned-tokens.ts';

/** Puts one object into the store at a URL, and says what comes back; a process of its own, because the authorities it trusts are its environment's. */
const [url = ''] = process.argv.slice(-1);
const tokens = createPresignedTokens({ secret: randomBytes(32), path: '/none', clock });
const store = await openObjectStore(url, { dataDir: '', tokens, clock });
const key = freshKey();
await store.put({ key, body: Buffer.from('kept'), contentType });
process.stdout.write(await contentOf(store, key));
await store[Symbol.asyncDispose]();
