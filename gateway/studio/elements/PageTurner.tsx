import type { ReactNode } from 'react';
import { Button } from './Button.tsx';
import type { Pages } from './use-pages.ts';

/** To the next page of a keyset list and back; nothing when all of it is on one page. */
export function PageTurner({
  pages,
  pageInfo,
  what,
  children,
}: {
  readonly pages: Pages;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null } | undefined;
  /** Named where a page of the console holds more than one list. */
  readonly what?: string;
  readonly children?: ReactNode;
}): ReactNode {
  const hasNext = pageInfo?.hasNextPage === true;
  const { previous } = pages;
  const of = what === undefined ? '' : ` of ${what}`;
  if (children === undefined && !hasNext && previous === undefined) return null;
  return (
    <div className="page-turner">
      <span className="faint numeric">{children ?? what}</span>
      {(hasNext || previous !== undefined) && (
        <span className="page-turner-ways">
          <span className="faint numeric">Page {pages.number}</span>
          <Button
            look="quiet"
            icon="left"
            aria-label={`${pages.isBeginningNext ? 'First' : 'Previous'} page${of}`}
            disabled={previous === undefined}
            onClick={previous}
          />
          <Button
            look="quiet"
            icon="right"
            aria-label={`Next page${of}`}
            disabled={!hasNext}
            onClick={() => pageInfo !== undefined && pages.next(pageInfo)}
          />
        </span>
      )}
    </div>
  );
}
