import { fileURLToPath } from 'node:url';
import { exampleOperationFiles } from '@tributary/schema';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Values that make the examples run as they are on the demo workspace. */
const variables: Readonly<Record<string, unknown>> = {
  '2-sign-in.graphql': { email: 'editor@demo.local', password: '' },
  '3-update-airport.graphql': { id: '', name: '' },
  '4-airport-changed.graphql': { after: null },
};

const examples = exampleOperationFiles().map(({ name, text }) => ({
  name: name.replace(/^\d+-|\.graphql$/g, '').replaceAll('-', ' '),
  query: text,
  variables: JSON.stringify(variables[name] ?? {}, null, 2),
}));

export default defineConfig({
  root: at('.'),
  base: '/studio/',
  plugins: [react()],
  define: { EXAMPLES: JSON.stringify(examples) },
  build: {
    outDir: at('../dist/studio'),
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    // Inlined files would be data: URLs, which the pages' policy does not load.
    assetsInlineLimit: 0,
    // The explorer's editor is large by nature, and on no other page.
    chunkSizeWarningLimit: 8_000,
    reportCompressedSize: false,
    rolldownOptions: { input: [at('index.html'), at('explorer.html')] },
  },
  logLevel: 'error',
});
