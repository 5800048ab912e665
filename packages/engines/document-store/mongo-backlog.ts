import { CodedError } from '@tributary/runtime';
import type { Db } from 'mongodb';
import { refusedWhenFull } from '../outbox/checked-events.ts';
import type { OutgoingEvent } from '../outbox/port.ts';
import { withCodedErrors } from './mongo-errors.ts';

/** No name that is declared has a dot. */
export const backlogCollection = 'outbox.state';
/** A writer believes what it was told for so long: no more than one question a second and process. */
const believedForMs = 1_000;

interface State {
  readonly _id: 'full';
}

/** Whether too many documents wait for their events to be told, as the relay that leads says it to writers of all processes. */
export class MongoBacklog {
  readonly #db: Db;
  #askedMs = Number.NEGATIVE_INFINITY;
  #answer: Promise<boolean> = Promise.resolve(false);

  constructor(db: Db) {
    this.#db = db;
  }

  async tellFull(full: boolean): Promise<void> {
    const states = this.#db.collection<State>(backlogCollection);
    await withCodedErrors(async () => {
      if (full) await states.updateOne({ _id: 'full' }, { $set: {} }, { upsert: true });
      else await states.deleteOne({ _id: 'full' });
    });
  }

  /** @throws CodedError BACKLOG_FULL when there is no room for these, and what asking throws */
  async admit(events: readonly OutgoingEvent[]): Promise<void> {
    if (!events.some(({ topic }) => refusedWhenFull.has(topic))) return;
    if (performance.now() - this.#askedMs >= believedForMs) {
      this.#askedMs = performance.now();
      this.#answer = this.#isFull();
      this.#answer.catch(() => {
        this.#askedMs = Number.NEGATIVE_INFINITY;
      });
    }
    if (await this.#answer)
      throw new CodedError(
        'BACKLOG_FULL',
        'Too many events wait for the event log; changes are taken again when it has caught up.',
      );
  }

  #isFull(): Promise<boolean> {
    const states = this.#db.collection<State>(backlogCollection);
    return withCodedErrors(async () => (await states.findOne({ _id: 'full' })) !== null);
  }
}
