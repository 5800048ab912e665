import type { ErrorCode } from '@tributary/runtime';
import type { FetchAnswer } from '../execution/compiled/subgraph-fetch.ts';
import { failedAnswer } from '../execution/failed-fields.ts';

/** The answer of a fetch that did not take place, or was given up: its fields are null, with one error each. */
export function failedFetch(
  query: string,
  {
    code,
    message,
    subgraph,
  }: { readonly code: ErrorCode; readonly message: string; readonly subgraph: string },
  details: Readonly<Record<string, unknown>> = {},
): FetchAnswer {
  return failedAnswer(query, message, { code, subgraph, ...details });
}
