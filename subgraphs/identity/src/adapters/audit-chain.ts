import { createHmac } from 'node:crypto';
import { keyedDigest } from './keyed-digest.ts';

/** Neither is in the database: who can write to it alone can make no entry and no end of a chain that hold. */
export interface AuditKeys {
  /** Links the entries. */
  readonly chain: Uint8Array;
  /** Seals the end. */
  readonly head: Uint8Array;
}

/** What the chain protects of an entry: all of it. */
export interface ChainedEntry {
  readonly workspaceId: string;
  readonly seq: number;
  readonly eventId: string;
  /** RFC 3339 in UTC with milliseconds. */
  readonly time: string;
  readonly action: string;
  readonly actorKind: string;
  readonly actorId: string;
  readonly subject: string;
  /** Canonical JSON: what is stored is told by it, and not by how it is written. */
  readonly details: string;
}

/** The hash before the first entry of a workspace's chain. */
export function genesisHash(key: Uint8Array, workspaceId: string): Buffer {
  return createHmac('sha256', key).update(`genesis:${workspaceId}`).digest();
}

/** The start of a chain whose head was lost: never a genesis, so that verification finds the loss. */
export function brokenHash(key: Uint8Array, workspaceId: string): Buffer {
  return createHmac('sha256', key).update(`head lost:${workspaceId}`).digest();
}

/** Answers for the previous hash and an entry the entry's own. */
export type ChainLinks = (previous: Uint8Array, entry: ChainedEntry) => Buffer;

/** HMAC-SHA256 over the previous hash and the entry. Keyed: who can write to the database alone cannot make a chain that holds. */
export function chainLinks(key: Uint8Array): ChainLinks {
  const digest = keyedDigest(key);
  return (previous, { workspaceId, seq, eventId, time, action, actorKind, actorId, subject, details }) => {
    // One call for all that has no keys to sort: the canonical form of the whole list, for less.
    const plain = JSON.stringify([workspaceId, seq, eventId, time, action, actorKind, actorId, subject]);
    return digest(previous, `${plain.slice(0, -1)},${details}]`);
  };
}

export function sameLink(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}
