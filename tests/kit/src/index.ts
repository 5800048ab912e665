export { type EventuallyOptions, eventually } from './eventually.ts';
export { freshDatabase } from './fresh-database.ts';
