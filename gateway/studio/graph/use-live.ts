import { createContext, useContext } from 'react';
import type { Live } from './live.ts';

export const LiveContext = createContext<Live | undefined>(undefined);

/** What moves in this tab. */
export function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === undefined) throw new TypeError('useLive is for what stands inside LiveContext');
  return live;
}
