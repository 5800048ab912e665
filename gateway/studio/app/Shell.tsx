import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { Button } from '../elements/Button.tsx';
import { Navigation } from './Navigation.tsx';
import './shell.css';
import './navigation.css';

/** The frame of every page: the way around on the left (behind a button on small screens), the page on the right. */
export function Shell({ children }: { readonly children: ReactNode }): ReactNode {
  const [path] = useLocation();
  const [open, setOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const visited = useRef(path);
  useEffect(() => {
    if (visited.current === path) return;
    visited.current = path;
    setOpen(false);
    // Who hears or types hears the new page, not the link that led to it.
    main.current?.focus();
    main.current?.scrollTo(0, 0);
  }, [path]);
  return (
    <div className="shell" data-open={open || undefined}>
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <div className="top-bar">
        <Button
          look="quiet"
          icon={open ? 'close' : 'menu'}
          aria-label={open ? 'Close the navigation' : 'Open the navigation'}
          aria-expanded={open}
          aria-controls="navigation"
          onClick={() => setOpen(!open)}
        />
        <span className="top-bar-name">Tributary</span>
      </div>
      <Navigation path={path} />
      <main id="main" ref={main} tabIndex={-1} className="page">
        {children}
      </main>
    </div>
  );
}
