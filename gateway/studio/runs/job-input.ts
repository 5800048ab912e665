import { exactJson } from '@tributary/runtime/exact-json';
import { jsonFault } from '../data/json-fault.ts';

/** The input of a job as somebody typed it: JSON, or what is wrong with it. */
export function parsedInput(text: string): { readonly input: unknown } | { readonly fault: string } {
  const read = exactJson(text);
  return 'value' in read ? { input: read.value } : { fault: jsonFault(read) };
}
