import { z } from 'zod/mini';

/** As what something was sent that is to be done once, and under which key. */
export const sentOnce = z.object({ what: z.string(), key: z.string() });
export type SentOnce = z.infer<typeof sentOnce>;

/** The same key for the same, however often its answer is lost on the way and it is asked for again; something else has another. */
export function onceMore(what: string, before: SentOnce | null): SentOnce {
  return before?.what === what ? before : { what, key: `console-${randomText()}` };
}

/** Not `randomUUID`: browsers have that for secure contexts only. */
function randomText(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('');
}
