import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';

export interface Tab {
  readonly href: string;
  readonly title: string;
}

/** The pages of one kind, side by side; the one whose address it is is marked. */
export function Tabs({ label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] }): ReactNode {
  const [path] = useLocation();
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(({ href, title }) => (
        <Link key={href} href={href} aria-current={path === href ? 'page' : undefined}>
          {title}
        </Link>
      ))}
    </nav>
  );
}
