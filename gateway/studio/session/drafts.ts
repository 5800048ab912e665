import { z } from 'zod/mini';
import { type Keeper, keyOf } from './kept-here.ts';

/** What somebody types, and what it was when they began. */
export interface Draft<Value> {
  readonly begun: Value;
  readonly value: Value;
}

const prefix = 'tributary.draft/';

/**
 * What is typed and not sent yet, kept in the tab: over a new document (another sign-in, another build, a press of Reload) and on the way to another
 * page and back. Each who signs in here has their own; where somebody signs out, all of it goes.
 */
export function keptDraft<Value>(
  what: string,
  keeper: Keeper,
  shape: z.ZodMiniType<Value>,
): Draft<Value> | undefined {
  try {
    const text = sessionStorage.getItem(placeOf(what, keeper));
    return text === null ? undefined : z.object({ begun: shape, value: shape }).parse(JSON.parse(text));
  } catch {
    // Of another build, whose forms were others.
    return undefined;
  }
}

/** Keeps it while it differs from what it began as. Answers whether it is kept: a tab has room for some megabytes. */
export function keepDraft<Value>(what: string, keeper: Keeper, draft: Draft<Value>): boolean {
  if (!isTyped(draft)) {
    dropDraft(what, keeper);
    return false;
  }
  try {
    sessionStorage.setItem(placeOf(what, keeper), JSON.stringify(draft));
    return true;
  } catch {
    // What was kept before is older than what is seen.
    dropDraft(what, keeper);
    return false;
  }
}

export function dropDraft(what: string, keeper: Keeper): void {
  sessionStorage.removeItem(placeOf(what, keeper));
}

export function dropAllDrafts(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(prefix)) sessionStorage.removeItem(key);
}

export function isTyped<Value>({ begun, value }: Draft<Value>): boolean {
  return JSON.stringify(begun) !== JSON.stringify(value);
}

function placeOf(what: string, keeper: Keeper): string {
  return keyOf(`${prefix}${what}`, keeper);
}
