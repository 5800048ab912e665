import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { typescriptProgram } from '@tributary/test-kit';
import { expect, it } from 'vitest';

/** Tells what was loaded, in the form that says so, when the process ends. */
const preload = `data:text/javascript,${encodeURIComponent(`
  import { Module } from 'node:module';
  process.on('exit', () => console.log(Object.keys(Module._cache).filter((file) => !file.endsWith('.json')).join('\\n')));
`)}`;

it('the gateway alone loads nothing of what subgraphs are made and served with, which takes a tenth of its memory', async () => {
  const main = fileURLToPath(new URL('../../src/standalone/main.ts', import.meta.url));
  // It asks for a supergraph, and ends.
  const loaded = await new Promise<string>((resolve) => {
    execFile(process.execPath, ['--import', preload, ...typescriptProgram(main)], (_error, said) =>
      resolve(said),
    );
  });
  const packages = new Set(loaded.match(/(?<=node_modules\/)(?:@[^/]+\/)?[^/]+/g));
  expect(packages).toContain('undici');
  for (const name of ['@apollo/subgraph', '@apollo/composition', 'ajv', 'fastify', 'graphql-shield', 'pg'])
    expect(packages).not.toContain(name);
});
