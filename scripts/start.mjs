/** `npm start`: prepares, then runs the product. `--split`: each part as a process of its own. `--watch`: reloads on change. */
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';
import { reloadOnChange } from './reload-on-change.mjs';

prepare();
const entry = join(root, 'deploy/all-in-one/dist', process.argv.includes('--split') ? 'split.js' : 'main.js');

if (process.argv.includes('--watch')) reloadOnChange(entry);
else await import(entry);
