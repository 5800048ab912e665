import { useSyncExternalStore } from 'react';
import { z } from 'zod/mini';
import { type Keeper, keyOf, listFrom } from '../session/kept-here.ts';

export interface KeptOperation {
  readonly name: string;
  readonly query: string;
  /** In JSON. */
  readonly variables: string;
}

/** The example operations of `schema/operations/examples`, put in by the build. */
declare const EXAMPLES: readonly KeptOperation[];
export const examples = EXAMPLES;

const item = z.object({ name: z.string(), query: z.string(), variables: z.string() });
/** More than anybody looks through. */
const mostKept = 200;
const listeners = new Set<() => void>();

/** The operations that somebody saved in this browser, the latest first. One name is one operation. */
export interface KeptOperations {
  readonly list: readonly KeptOperation[];
  keep(operation: KeptOperation): void;
  forget(name: string): void;
}

export function useKeptOperations(keeper: Keeper): KeptOperations {
  const key = keyOf('tributary.operations', keeper);
  const text = useSyncExternalStore(subscribe, () => localStorage.getItem(key));
  const list = listFrom(text, item);
  const write = (next: readonly KeptOperation[]): void => {
    localStorage.setItem(key, JSON.stringify(next.slice(0, mostKept)));
    for (const listener of listeners) listener();
  };
  return {
    list,
    keep: (operation) => write([operation, ...list.filter(({ name }) => name !== operation.name)]),
    forget: (name) => write(list.filter((operation) => operation.name !== name)),
  };
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('storage', listener);
  };
}
