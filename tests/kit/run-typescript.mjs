/**
 * Lets the processes and threads that a test's code starts run TypeScript sources: Node 20 cannot. Vitest hands it to its workers, and a fork inherits it
 * with the other arguments of Node; `typescriptProgram` names it. The workers themselves load sources through vite, so there it does nothing.
 */
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';

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
  const { transformSync } = await import('rolldown/utils');
  const source = await readFile(new URL(url), 'utf8');
  // What the oldest Node that runs this knows.
  const { code, errors } = transformSync(url, source, { lang: 'ts', target: 'node20' });
  if (errors.length > 0) throw new SyntaxError(`${url}: ${errors[0]?.message}`);
  return { format: 'module', source: code, shortCircuit: true };
}
