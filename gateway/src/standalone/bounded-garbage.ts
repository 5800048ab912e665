import { setFlagsFromString } from 'node:v8';

/** Of what lives in the old part of the heap. Left to itself V8 takes up to 300 where memory is plenty. */
const mostPercent = 150;

/**
 * Has V8 look at the old part of the heap before garbage there is more than one and a half times what lives. Of hundreds of requests that are under way at once most of what they
 * have made survives into it, and holds buffers outside of the heap for as long: at 500 clients that was most of what the process held.
 */
export function boundGarbage(): void {
  setFlagsFromString(`--heap-growing-percent=${mostPercent}`);
}
