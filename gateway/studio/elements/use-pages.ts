import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { useHistoryState } from 'wouter/use-browser-location';
import { pageIn, takePages, walkedPages, writePage } from './page-address.ts';

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

export interface Pages {
  /** The cursor of the page that is shown; undefined for the first. */
  readonly after: string | undefined;
  readonly number: number;
  next(info: PageInfo): void;
  readonly previous: (() => void) | undefined;
  /** Whether `previous` leads to the beginning, because one came here by an address alone. */
  readonly isBeginningNext: boolean;
  first(): void;
}

/**
 * Walks a keyset list: forwards by cursor, backwards by remembering them. The page is in the address, so that Back leads to it and it can be sent to
 * somebody; the cursors before it are with the entry of the tab's history. `name` tells lists of one page apart.
 */
export function usePages(name = ''): Pages {
  const [params, setParams] = useSearchParams();
  const state: unknown = useHistoryState();
  return useMemo(() => {
    const page = pageIn(params, name);
    const walked = walkedPages(state, name, page);
    const go = (number: number, cursors: readonly string[]): void =>
      setParams((present) => writePage(present, name, { number, after: cursors.at(-1) }), {
        state: { ...(typeof state === 'object' ? state : {}), [name]: cursors },
      });
    const isKnown = walked.length > 1 || page.number <= 2;
    return {
      after: page.after,
      number: page.number,
      next: ({ endCursor }) => {
        if (endCursor !== null) go(page.number + 1, [...walked, endCursor]);
      },
      previous:
        page.after === undefined
          ? undefined
          : () => (isKnown ? go(page.number - 1, walked.slice(0, -1)) : go(1, [])),
      isBeginningNext: !isKnown,
      first: () => {
        if (page.after !== undefined) go(1, []);
      },
    };
  }, [params, setParams, state, name]);
}

/** What a list is narrowed down by, as the address says it. What is narrowed down otherwise begins at its first page. */
export function useListParams(): readonly [
  URLSearchParams,
  (change: (present: URLSearchParams) => URLSearchParams, options?: { readonly replace: boolean }) => void,
] {
  const [params, setParams] = useSearchParams();
  return [params, (change, options) => setParams((present) => takePages(change(present)), options)];
}
