/** `npm run bench -- airports`: prepares, then runs one benchmark of `tests/load` from its build. Run nothing else meanwhile. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fail, prepare, root } from './prepare.mjs';

const [name = ''] = process.argv.slice(2);
await prepare();
const suffix = '.load.js';
const known = readdirSync(join(root, 'tests/dist/load'))
  .filter((file) => file.endsWith(suffix))
  .map((file) => file.slice(0, -suffix.length));
if (!known.includes(name)) fail(`Name a benchmark: ${known.join(', ')}.`);
await import(join(root, 'tests/dist/load', `${name}${suffix}`));
