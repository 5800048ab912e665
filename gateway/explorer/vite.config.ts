import { fileURLToPath } from 'node:url';
import { exampleOperationFiles } from '@tributary/schema';
import { defineConfig } from 'vite';

/** Values that make the examples run as they are on the demo workspace. */
const variables: Readonly<Record<string, unknown>> = {
  '2-sign-in.graphql': { email: 'editor@demo.local', password: '' },
  '3-update-airport.graphql': { id: '', name: '' },
  '4-airport-changed.graphql': { after: null },
};

const examples = exampleOperationFiles().map(({ name, text }) => ({
  query: text,
  variables: JSON.stringify(variables[name] ?? {}, null, 2),
}));

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  define: { EXAMPLES: JSON.stringify(examples) },
  build: {
    outDir: fileURLToPath(new URL('../dist/explorer', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    // The editor is large by nature and comes from the next room.
    chunkSizeWarningLimit: 8_000,
    reportCompressedSize: false,
  },
  logLevel: 'error',
});
