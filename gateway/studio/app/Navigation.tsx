import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Button } from '../elements/Button.tsx';
import { Icon } from '../elements/Icon.tsx';
import { mayUse } from '../session/rights.ts';
import { useSession } from '../session/use-session.ts';
import { useViewer } from '../session/viewer.tsx';
import { LiveState } from './LiveState.tsx';
import { Mark } from './Mark.tsx';
import { type Place, placeGroups } from './places.ts';
import { ThemeSwitch } from './ThemeSwitch.tsx';
import { WorkspaceSwitch } from './WorkspaceSwitch.tsx';

export function Navigation({ path }: { readonly path: string }): ReactNode {
  const session = useSession();
  const { user, role } = useViewer();
  return (
    <nav id="navigation" className="navigation" aria-label="Console">
      <p className="brand">
        <Mark /> Tributary
      </p>
      <WorkspaceSwitch />
      <div className="navigation-groups">
        {placeGroups.map(({ title, places }) => {
          const open = places.filter(({ needs }) => mayUse(role, needs));
          if (open.length === 0) return null;
          return (
            <section key={title} aria-label={title}>
              <p className="navigation-title">{title}</p>
              <ul>
                {open.map((place) => (
                  <li key={place.path}>
                    <PlaceLink place={place} here={isHere(place, path)} />
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
      </div>
      <div className="navigation-foot">
        <LiveState />
        <div className="who">
          <Link href="/account" className="who-name" aria-current={path === '/account' ? 'page' : undefined}>
            <span>{user?.name}</span>
            <span className="faint">{user?.email}</span>
          </Link>
          <Button
            look="quiet"
            icon="leave"
            aria-label="Sign out"
            title="Sign out"
            onClick={() => session.signOut()}
          />
        </div>
        <ThemeSwitch />
      </div>
    </nav>
  );
}

function PlaceLink({ place, here }: { readonly place: Place; readonly here: boolean }): ReactNode {
  const parts = { className: 'place', 'aria-current': here ? ('page' as const) : undefined };
  const inside = (
    <>
      <Icon name={place.icon} />
      {place.title}
    </>
  );
  if (place.apart !== true && !isApart())
    return (
      <Link href={place.path} {...parts}>
        {inside}
      </Link>
    );
  const href = place.path.startsWith('/v1') ? place.path : `/studio${place.path}`;
  return (
    <a href={href} {...parts}>
      {inside}
      {place.path.startsWith('/v1') && <Icon name="away" label="another page" />}
    </a>
  );
}

/** The explorer is a document of its own: from there every way is a new document. */
function isApart(): boolean {
  return location.pathname === '/studio/explorer';
}

function isHere(place: Place, path: string): boolean {
  return path === place.path || path.startsWith(`${place.path}/`);
}
