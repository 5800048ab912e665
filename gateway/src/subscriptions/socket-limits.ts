import type { HeldBounds } from './held-operations.ts';
import type { UnreadBounds } from './unread-payloads.ts';
import type { WaitingRoomLimits } from './waiting-room.ts';

/** What one socket or stream, one user, and those without a name may take. */
export interface SocketLimits extends WaitingRoomLimits {
  /** Operations in force on one socket. */
  readonly operationsPerSocket: number;
  /** Sockets and streams together. */
  readonly socketsPerUser: number;
  /** Sockets and streams of one address without a user. */
  readonly socketsPerAnonymousAddress: number;
  /** Objects that all subscriptions of one owner may touch for one event, in this process. */
  readonly objectsPerEvent: number;
  /** What subscriptions in force may hold: their operations and variables. */
  readonly heldBytes: HeldBounds;
  readonly maxFrameBytes: number;
  /** Sent but not read by the client; one payload more, of any size, fits. */
  readonly maxBufferedBytes: number;
  /** What may wait beyond that for clients that read. */
  readonly unreadBytes: UnreadBounds;
  /** Somebody who reads nothing of what waits for so long does not read. */
  readonly unreadPatienceMs: number;
  /** Frames a client may send within ten seconds. */
  readonly framesPerTenSeconds: number;
  readonly initTimeoutMs: number;
  /** Pings, and comments of streams, go out at a random moment between the two. */
  readonly pingMs: { readonly min: number; readonly max: number };
}

export const defaultSocketLimits: SocketLimits = {
  operationsPerSocket: 50,
  socketsPerUser: 10,
  socketsPerAnonymousAddress: 100,
  uninitialisedSockets: 2_000,
  uninitialisedSocketsPerAddress: 100,
  objectsPerEvent: 10_000,
  heldBytes: { ofOwner: 16 * 1024 * 1024, ofAll: 256 * 1024 * 1024 },
  maxFrameBytes: 64 * 1024,
  maxBufferedBytes: 1024 * 1024,
  // A snapshot of a room has up to 12 MB, and a page may open three of them.
  unreadBytes: { ofOwner: 32 * 1024 * 1024, ofAll: 64 * 1024 * 1024 },
  unreadPatienceMs: 30_000,
  framesPerTenSeconds: 500,
  initTimeoutMs: 3_000,
  pingMs: { min: 12_000, max: 25_000 },
};

/** Counts the sockets and streams of each owner. */
export class SocketCounts {
  readonly #counts = new Map<string, number>();

  /** False when the owner has all it may have; otherwise the socket counts until `leave`. */
  enter(owner: string, limit: number): boolean {
    const count = this.#counts.get(owner) ?? 0;
    if (count >= limit) return false;
    this.#counts.set(owner, count + 1);
    return true;
  }

  leave(owner: string): void {
    const count = (this.#counts.get(owner) ?? 1) - 1;
    if (count > 0) this.#counts.set(owner, count);
    else this.#counts.delete(owner);
  }
}
