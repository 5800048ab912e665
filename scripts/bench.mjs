/** `npm run bench -- airports`: prepares, then runs one benchmark of `tests/load` from its build. Run nothing else meanwhile. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fail, prepare, root } from './prepare.mjs';

const [name = ''] = process.argv.slice(2);
prepare();
const entry = join(root, 'tests/dist/load', `${name}.load.js`);
if (!existsSync(entry)) fail('Name a benchmark: airports, change-latency.');
await import(entry);
