import { useSyncExternalStore } from 'react';
import { z } from 'zod/mini';

export interface KeptOperation {
  readonly name: string;
  readonly query: string;
  /** In JSON. */
  readonly variables: string;
}

/** The example operations of `schema/operations/examples`, put in by the build. */
declare const EXAMPLES: readonly KeptOperation[];
export const examples = EXAMPLES;

const key = 'tributary.operations';
const kept = z.catch(z.array(z.object({ name: z.string(), query: z.string(), variables: z.string() })), []);
/** More than anybody looks through. */
const mostKept = 200;

let cache: { readonly text: string | null; readonly list: readonly KeptOperation[] } = {
  text: null,
  list: [],
};
const listeners = new Set<() => void>();

function read(): readonly KeptOperation[] {
  const text = localStorage.getItem(key);
  if (text !== cache.text) cache = { text, list: kept.parse(parsed(text)) };
  return cache.list;
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '[]');
  } catch {
    return []; // written by something else
  }
}

function write(list: readonly KeptOperation[]): void {
  localStorage.setItem(key, JSON.stringify(list.slice(0, mostKept)));
  for (const listener of listeners) listener();
}

/** The operations somebody saved in this browser, the latest first. One name is one operation. */
export function useKeptOperations(): readonly KeptOperation[] {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    addEventListener('storage', listener);
    return () => {
      listeners.delete(listener);
      removeEventListener('storage', listener);
    };
  }, read);
}

export function keepOperation(operation: KeptOperation): void {
  write([operation, ...read().filter(({ name }) => name !== operation.name)]);
}

export function forgetOperation(name: string): void {
  write(read().filter((operation) => operation.name !== name));
}
