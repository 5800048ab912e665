import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { EmptyState } from '../elements/EmptyState.tsx';
import { PageHead } from '../elements/PageHead.tsx';

export function NotFound(): ReactNode {
  return (
    <>
      <PageHead title="There is no such page" />
      <div className="panel">
        <EmptyState
          icon="search"
          title="Nothing is at this address"
          action={
            <Link href="/" className="button">
              To the data
            </Link>
          }
        >
          It may have moved, or the link was cut short.
        </EmptyState>
      </div>
    </>
  );
}
