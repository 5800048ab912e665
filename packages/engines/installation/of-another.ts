import { CodedError } from '@tributary/runtime';

export interface Foreign {
  readonly setting: string;
  /** What the URL names, without a password: `the database shop of the MongoDB at host:27017`. */
  readonly place: string;
  /** What another installation wrote there, and who may delete it how. */
  readonly mark: string;
  /** How this one gets a place of its own. */
  readonly instead: string;
}

/** What an engine keeps for good belongs to one installation: of two that take it for theirs each would be handed the other's events. */
export function ofAnother({ setting, place, mark, instead }: Foreign): CodedError {
  return new CodedError(
    'CONFIG_INVALID',
    `${setting} names ${place}, which belongs to another installation, one with another PostgreSQL database. ${instead} Where this database has taken the other's place (a dump that was restored, a major upgrade), and the other runs no more, delete ${mark}.`,
    { details: { setting } },
  );
}
