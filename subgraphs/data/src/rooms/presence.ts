import type { KeyValue } from '@tributary/engines/key-value';
import type { PubSub } from '@tributary/engines/pubsub';
import { type Clock, CodedError, type Logger } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { eventOf } from '../items/change-event.ts';
import { closed } from './room-access.ts';

/** One client in a room. Clients renew before `expiresAt` and forget others when theirs has passed. */
export interface Present {
  readonly clientId: string;
  readonly memberId: string;
  readonly state: unknown;
  readonly expiresAt: string;
}

export interface PresenceUpdate {
  readonly noteId: string;
  readonly clientId: string;
  /** Null leaves the room. */
  readonly state: unknown;
}

export const presenceTtlMs = 30_000;
const maxStateBytes = 4 * 1024;
const maxClients = 50;
/** Of one member: nobody fills a room alone. */
const maxClientsPerMember = 10;
const maxTries = 20;

export interface PresenceParts {
  readonly keyValue: KeyValue;
  readonly pubSub: PubSub;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Who is in a room right now: kept with a time to live, told to the others as it changes, never stored for good. */
export class Presence {
  readonly #keyValue: KeyValue;
  readonly #pubSub: PubSub;
  readonly #clock: Clock;
  readonly #log: Logger;

  constructor({ keyValue, pubSub, clock, log }: PresenceParts) {
    this.#keyValue = keyValue;
    this.#pubSub = pubSub;
    this.#clock = clock;
    this.#log = log;
  }

  async list(workspaceId: string, noteId: string): Promise<readonly Present[]> {
    return this.#alive(await this.#keyValue.get(keyOf(workspaceId, noteId)));
  }

  /** @throws CodedError BAD_USER_INPUT, PAYLOAD_TOO_LARGE, TOO_MANY_CONNECTIONS (the room is full, or the member has filled it). */
  async set(principal: Principal, { noteId, clientId, state }: PresenceUpdate): Promise<Present> {
    if (!/^[\w-]{1,64}$/.test(clientId))
      throw new CodedError('BAD_USER_INPUT', 'clientId is up to 64 letters, digits, - and _.', {
        details: { field: 'clientId' },
      });
    if (Buffer.byteLength(JSON.stringify(state ?? null)) > maxStateBytes) {
      throw new CodedError('PAYLOAD_TOO_LARGE', `The state may have ${maxStateBytes} bytes at most.`, {
        details: { limitBytes: maxStateBytes },
      });
    }
    const expiresAt = new Date(this.#clock.now() + presenceTtlMs).toISOString();
    const present: Present = { clientId, memberId: principal.id, state: state ?? null, expiresAt };
    await this.#store(keyOf(principal.workspaceId, noteId), present);
    await this.#tell(principal, { noteId, verb: 'changed', data: present });
    return present;
  }

  /** Everybody is out, and told so: the note is deleted. */
  async close(principal: Principal, noteId: string): Promise<void> {
    try {
      await this.#keyValue.delete(keyOf(principal.workspaceId, noteId));
      await this.#tell(principal, { noteId, verb: closed, data: {} });
    } catch (error) {
      // The note is deleted all the same, and no presence outlives its time.
      this.#log.warn({ error: String(error) }, 'the presence of a deleted item is not told to have ended');
    }
  }

  async #tell(
    principal: Principal,
    { noteId, verb, data }: { readonly noteId: string; readonly verb: string; readonly data: object },
  ): Promise<void> {
    const facts = { topic: 'data.presence', verb, subject: `Presence/${noteId}`, data };
    const { event } = eventOf(facts, principal, this.#clock);
    await this.#pubSub.publish(channelOf(principal.workspaceId, noteId), JSON.stringify(event));
  }

  /** Replaces this client's entry, however many others write at the same time. */
  async #store(key: string, present: Present): Promise<void> {
    for (let tries = 0; tries < maxTries; tries += 1) {
      const before = await this.#keyValue.get(key);
      const others = this.#alive(before).filter(
        ({ clientId, memberId }) => clientId !== present.clientId || memberId !== present.memberId,
      );
      const isLeaving = present.state === null;
      if (!isLeaving && others.length >= maxClients)
        throw new CodedError('TOO_MANY_CONNECTIONS', `A room holds ${maxClients} clients at most.`);
      const own = others.filter(({ memberId }) => memberId === present.memberId);
      if (!isLeaving && own.length >= maxClientsPerMember)
        throw new CodedError(
          'TOO_MANY_CONNECTIONS',
          `A member is in a room with ${maxClientsPerMember} clients at most.`,
        );
      const after = JSON.stringify(isLeaving ? others : [...others, present]);
      if (await this.#keyValue.compareAndSet(key, before, after, presenceTtlMs)) return;
    }
    throw new CodedError('OVERLOADED', 'Too many clients change their presence at once.');
  }

  #alive(stored: string | undefined): readonly Present[] {
    const now = new Date(this.#clock.now()).toISOString();
    return ((stored === undefined ? [] : JSON.parse(stored)) as readonly Present[]).filter(
      ({ expiresAt }) => expiresAt > now,
    );
  }
}

/** As `@ephemeral` declares it on `presenceChanged`. */
export function channelOf(workspaceId: string, noteId: string): string {
  return `presence:${workspaceId}:${noteId}`;
}

function keyOf(workspaceId: string, noteId: string): string {
  return `data:presence:${workspaceId}:${noteId}`;
}
