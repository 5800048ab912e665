import type { Client } from '@urql/core';
import { createContext, useContext } from 'react';

export const UncachedContext = createContext<Client | undefined>(undefined);

/** Asks without keeping what is answered. */
export function useUncached(): Client {
  const client = useContext(UncachedContext);
  if (client === undefined) throw new TypeError('useUncached is for what stands inside UncachedContext');
  return client;
}
