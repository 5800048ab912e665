/** `npm run log -- topics`: looks at the event log of the running product, replays and redrives. Without arguments it says what there is. */
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';
import { useLocalEngines } from './use-local-engines.mjs';

await prepare();
// As `npm start -- --profile local` was told.
if (/(^|\s)--profile[= ]local(\s|$)/.test(process.argv.slice(2).join(' '))) await useLocalEngines();
process.argv.splice(2, 0, 'log');
await import(join(root, 'deploy/log/dist/main.js'));
