import { useMemo, useState } from 'react';

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
  first(): void;
}

/**
 * Walks a keyset list: forwards by cursor, backwards by remembering them. `list` names what is listed; another list starts at its
 * first page.
 */
export function usePages(list: string): Pages {
  const [walked, setWalked] = useState<{ readonly list: string; readonly cursors: readonly string[] }>({
    list,
    cursors: [],
  });
  const cursors = walked.list === list ? walked.cursors : [];
  return useMemo(
    () => ({
      after: cursors.at(-1),
      number: cursors.length + 1,
      next: ({ endCursor }) => {
        if (endCursor !== null) setWalked({ list, cursors: [...cursors, endCursor] });
      },
      previous: cursors.length === 0 ? undefined : () => setWalked({ list, cursors: cursors.slice(0, -1) }),
      first: () => setWalked({ list, cursors: [] }),
    }),
    [list, cursors],
  );
}
