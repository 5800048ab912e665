/** `npm run gateway -- --supergraph FILE --port N`: prepares, then serves a supergraph of anyone's subgraphs. */
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';

await prepare();
await import(join(root, 'gateway/dist/standalone/main.js'));
