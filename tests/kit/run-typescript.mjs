/**
 * Lets the processes and threads that a test's code starts run TypeScript sources: Node 20 cannot. Vitest hands it to its workers, and a fork inherits it
 * with the other arguments of Node; `typescriptProgram` names it. The workers themselves load sources through vite, so there it does nothing.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';

/** What was transformed once, by its source: hundreds of processes of a run load the same files, and the compiler alone takes longer to load than they do. */
const kept = fileURLToPath(new URL('../../node_modules/.cache/tributary-typescript/', import.meta.url));

const isTypeScript = (url) => url.startsWith('file:') && url.endsWith('.ts');

// In the thread of the hooks this module is loaded once more, under the name given here.
const hooks = `${import.meta.url}?hooks`;
if (!import.meta.url.endsWith('?hooks') && process.argv[1]?.endsWith('.ts')) register(hooks);

export async function resolve(specifier, context, nextResolve) {
  return specifier === '@oxc-project/runtime/helpers/usingCtx'
    ? { url: new URL('using-context.mjs', import.meta.url).href, shortCircuit: true }
    : nextResolve(specifier, context);
}

export async function load(url, context, nextLoad) {
  if (!isTypeScript(url)) return nextLoad(url, context);
  const source = readFileSync(new URL(url), 'utf8');
  const file = `${kept}${createHash('sha1').update(source).digest('hex')}.mjs`;
  const code = textOf(file) ?? (await transformed(url, { source, file }));
  return { format: 'module', source: code, shortCircuit: true };
}

async function transformed(url, { source, file }) {
  const { transformSync } = await import('rolldown/utils');
  // What the oldest Node that runs this knows.
  const { code, errors } = transformSync(url, source, { lang: 'ts', target: 'node20' });
  if (errors.length > 0) throw new SyntaxError(`${url}: ${errors[0]?.message}`);
  keep(file, code);
  return code;
}

function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** In one step: whoever finds it finds all of it. A tree that cannot be written is transformed each time. */
function keep(file, code) {
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(kept, { recursive: true });
    writeFileSync(draft, code);
    renameSync(draft, file);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS', 'ENOSPC'].includes(error.code)) throw error;
  }
}
