/** `npm run engines -- up redis`: prepares, then starts, shows or stops engines on this machine. Without arguments it says what there is. */
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';

await prepare();
await import(join(root, 'deploy/engines/dist/main.js'));
