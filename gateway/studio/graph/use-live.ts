import type { ResumableClient } from '@tributary/client';
import { createContext, useContext } from 'react';

export const LiveContext = createContext<ResumableClient | undefined>(undefined);

/** The socket of this tab. */
export function useLive(): ResumableClient {
  const live = useContext(LiveContext);
  if (live === undefined) throw new TypeError('useLive is for what stands inside LiveContext');
  return live;
}
