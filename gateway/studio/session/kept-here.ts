import { z } from 'zod/mini';

/** Whose it is: others in the same browser, and the same person in another workspace, have their own. */
export interface Keeper {
  readonly userId: string;
  readonly workspaceId: string;
}

/** What goes when its keeper signs out: what was asked. */
const fleeting = ['tributary.sql/', 'tributary.explorer/'];

export function keyOf(what: string, { userId, workspaceId }: Keeper): string {
  return `${what}/${workspaceId}/${userId}`;
}

/** The list kept under a key; empty when there is none, or something else wrote there. */
export function keptList<Item>(key: string, item: z.ZodMiniType<Item>): readonly Item[] {
  return listFrom(localStorage.getItem(key), item);
}

export function listFrom<Item>(text: string | null, item: z.ZodMiniType<Item>): readonly Item[] {
  try {
    return z.array(item).parse(JSON.parse(text ?? '[]'));
  } catch {
    return [];
  }
}

/** For whoever signs out: nothing they asked stays in the browser. What they saved by name does, for them alone. */
export function forgetWhatWasAsked(): void {
  for (const key of Object.keys(localStorage))
    if (fleeting.some((prefix) => key.startsWith(prefix))) localStorage.removeItem(key);
}

/** A part of the browser's store as a store of its own, for a library that writes under names of its own choice. */
export function storeOf(prefix: string): Storage {
  const own = (): string[] => Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  return {
    get length() {
      return own().length;
    },
    key: (index) => own()[index]?.slice(prefix.length) ?? null,
    getItem: (key) => localStorage.getItem(prefix + key),
    setItem: (key, text) => localStorage.setItem(prefix + key, text),
    removeItem: (key) => localStorage.removeItem(prefix + key),
    clear: () => {
      for (const key of own()) localStorage.removeItem(key);
    },
  };
}
