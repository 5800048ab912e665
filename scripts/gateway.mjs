/** `npm run gateway -- --supergraph FILE --port N`: prepares, then serves a supergraph of anyone's subgraphs. */
import { join } from 'node:path';
import { calledFrom } from './called-from.mjs';
import { prepare, root } from './prepare.mjs';

await prepare();
// Files are named from there.
process.chdir(calledFrom('gateway', { env: process.env, folder: process.cwd(), root }));
await import(join(root, 'gateway/dist/standalone/main.js'));
