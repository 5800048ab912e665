import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Session, Standing } from './session.ts';

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new TypeError('useSession is for what stands inside SessionContext');
  return session;
}

export function useStanding(): Standing {
  const session = useSession();
  return useSyncExternalStore(session.subscribe, session.standing);
}
