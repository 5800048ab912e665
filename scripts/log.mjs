/** `npm run log -- topics`: looks at the event log of the running product, replays and redrives. Without arguments it says what there is. */
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';

await prepare();
process.argv.splice(2, 0, 'log');
await import(join(root, 'deploy/log/dist/main.js'));
