import { runProduct } from './run-product.ts';

// Loaded once the settings hold: most of a start that cannot be would be the loading of what it does not come to.
await runProduct(async (config, parts) => (await import('./start-product.ts')).startProduct(config, parts));
