export { type EventuallyOptions, eventually } from './eventually.ts';
export { freshDatabase } from './fresh-database.ts';
export {
  type DemoAccess,
  demoAccess,
  type ProductOptions,
  type RunningProduct,
  startProduct,
} from './running-product.ts';
