import { runProduct } from './run-product.ts';
import { startProduct } from './start-product.ts';

await runProduct(startProduct);
