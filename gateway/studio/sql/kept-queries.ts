import { z } from 'zod/mini';

const prefix = 'tributary.sql';
const most = 12;
const stored = z.catch(z.array(z.string()), []);

/** Whose queries they are: others in the same browser, and the same person in another workspace, have their own. */
export interface QueryKeeper {
  readonly userId: string;
  readonly workspaceId: string;
}

/** What was asked in this browser, the latest first. */
export function keptQueries(keeper: QueryKeeper): readonly string[] {
  return stored.parse(parsed(localStorage.getItem(keyOf(keeper))));
}

export function keepQuery(sql: string, keeper: QueryKeeper): readonly string[] {
  const text = sql.trim();
  const next = [text, ...keptQueries(keeper).filter((other) => other !== text)].slice(0, most);
  localStorage.setItem(keyOf(keeper), JSON.stringify(next));
  return next;
}

/** For whoever signs out: nothing they asked stays in the browser. */
export function forgetQueries(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
}

function keyOf({ userId, workspaceId }: QueryKeeper): string {
  return `${prefix}/${workspaceId}/${userId}`;
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '[]');
  } catch {
    return [];
  }
}
