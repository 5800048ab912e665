import type { ReactNode } from 'react';
import { Button } from './Button.tsx';
import type { Pages } from './use-pages.ts';

/** To the next page of a keyset list and back; nothing when all of it is on one page. */
export function PageTurner({
  pages,
  pageInfo,
  children,
}: {
  readonly pages: Pages;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null } | undefined;
  readonly children?: ReactNode;
}): ReactNode {
  const hasNext = pageInfo?.hasNextPage === true;
  const { previous } = pages;
  return (
    <div className="page-turner">
      <span className="faint numeric">{children}</span>
      {(hasNext || previous !== undefined) && (
        <span className="page-turner-ways">
          <span className="faint numeric">Page {pages.number}</span>
          <Button
            look="quiet"
            icon="left"
            aria-label="Previous page"
            disabled={previous === undefined}
            onClick={previous}
          />
          <Button
            look="quiet"
            icon="right"
            aria-label="Next page"
            disabled={!hasNext}
            onClick={() => pageInfo !== undefined && pages.next(pageInfo)}
          />
        </span>
      )}
    </div>
  );
}
