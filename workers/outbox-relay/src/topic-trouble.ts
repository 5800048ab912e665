import { PartitionsAway } from '@tributary/engines/event-log/partitions-away';
import type { PendingEvent } from '@tributary/engines/outbox';
import { Backoff } from './backoff.ts';

/** What the log does not take of a topic at the moment: all of it, or the partitions that it names. */
export class TopicTrouble {
  readonly #backoff = new Backoff();
  #away: PartitionsAway | undefined;

  failed(nowMs: number, error: unknown): void {
    this.#backoff.failed(nowMs);
    this.#away = error instanceof PartitionsAway ? error : undefined;
  }

  concerns({ event }: Pick<PendingEvent, 'event'>): boolean {
    return this.#away === undefined || this.#away.concerns(event);
  }

  isResting(nowMs: number): boolean {
    return this.#backoff.isResting(nowMs);
  }
}
