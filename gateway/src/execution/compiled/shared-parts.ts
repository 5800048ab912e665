import { type JsonObject, readOwn } from './own-keys.ts';
import type { ResponseShape } from './response-shape.ts';

/**
 * Parts of an answer that stand in it more than once: one entity was asked for by several places, and they all hold what came by reference. They are walked
 * once by each fetch that goes through them, and written once: the rest are copies of bytes.
 */
export type SharedParts = Map<object, SharedPart>;

export interface SharedPart {
  /** The last walk that went through it. */
  walk: number;
  /** What wrote it last, and where that begins and ends. */
  writer: unknown;
  from: number;
  to: number;
  /** How many nulls had taken bytes back by then: after one more, the place may hold others. */
  forbidden: number;
  failed: FailedWriting | undefined;
}

/** A part that is null wherever it stands, because something in it must not be. */
export interface FailedWriting {
  readonly writer: unknown;
  /** Of the last time. */
  readonly outcome: 1 | 2;
  readonly isAbsence: boolean;
  readonly isTold: boolean;
  readonly times: number;
}

function share(parts: SharedParts, part: object): void {
  if (!parts.has(part))
    parts.set(part, { walk: 0, writer: undefined, from: 0, to: 0, forbidden: 0, failed: undefined });
}

/** The objects that answers to an entity have at these keys now stand wherever the entity does. */
export function shareBelow(parts: SharedParts, entity: JsonObject, { keys }: ResponseShape): void {
  for (const { key, below } of keys) {
    if (below === undefined) continue;
    const part = readOwn(entity, key);
    if (typeof part === 'object' && part !== null) share(parts, part);
  }
}
