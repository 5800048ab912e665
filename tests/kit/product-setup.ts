import type { TestProject } from 'vitest/node';
import { runFolder } from './run-folder.ts';
import { startProduct } from './src/running-product.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The product most journeys and attacks share, in one process, with the demo workspace loaded. */
    readonly product: { readonly url: string; readonly dataDir: string };
  }
}

/** One product for all journeys; those that kill or restart start their own. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await runFolder(project, 'product-');
  // The mark of the run: this process is not one of the runner's workers, which have it already.
  const env = { REQUESTS_PER_MINUTE: '100000', TMPDIR: project.config.env['TMPDIR'] ?? '' };
  const product = await startProduct({ form: 'one', dataDir, env });
  project.provide('product', { url: product.url, dataDir: product.dataDir });
  return async () => {
    await product[Symbol.asyncDispose]();
  };
}
