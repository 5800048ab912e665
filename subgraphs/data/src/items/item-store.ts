import { documentLimits } from '@tributary/engines/document-store';
import type { Filter } from '@tributary/engines/filter';
import type { OutgoingEvent } from '@tributary/engines/outbox';
import type { Clock, CodedError } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import type { Attribute } from '../models/model.ts';
import type { ListRequest } from '../queries/list-request.ts';

/** One record or document, by the GraphQL names of its attributes; references are the other's id, times RFC 3339 text in UTC. */
export type Item = Readonly<Record<string, unknown>> & { readonly id: string };

/** What one read may answer: as much as a subgraph sends. */
export const mostReadBytes = documentLimits.readBytes;

/** What a read is for: the tenant, and the attributes it needs (stores may answer more). */
export interface ReadScope {
  readonly workspaceId: string;
  readonly attributes: ReadonlySet<string>;
  /** In place of `mostReadBytes`. */
  readonly mostBytes?: number;
}

/** The reads of one model; PAYLOAD_TOO_LARGE for what is larger together than one may answer. Every method is one statement, however many keys or parents it is for; documents take one for each 10,000 they may answer. */
export interface ItemReads {
  byKey(scope: ReadScope, key: Attribute, values: readonly string[]): Promise<readonly Item[]>;
  /** Up to `request.size + 1` items. */
  list(scope: ReadScope, request: ListRequest): Promise<readonly Item[]>;
  count(workspaceId: string, filter: Filter | undefined): Promise<number>;
  /** Up to `request.size + 1` items for each parent, that is, each id that `reference` may hold. */
  listByReference(
    scope: ReadScope,
    reference: Attribute,
    query: RelatedQuery,
  ): Promise<ReadonlyMap<string, readonly Item[]>>;
  countByReference(
    workspaceId: string,
    reference: Attribute,
    query: CountQuery,
  ): Promise<ReadonlyMap<string, number>>;
}

export interface RelatedQuery {
  readonly parents: readonly string[];
  readonly request: ListRequest;
}

export interface CountQuery {
  readonly parents: readonly string[];
  readonly filter: Filter | undefined;
}

/** Who creates, and when. */
export interface Creator {
  readonly principal: Principal;
  readonly clock: Clock;
}

/** What a change makes of a stored item: its next state, and the event that tells of it. */
export interface ItemChange {
  readonly next: Item;
  readonly event: OutgoingEvent;
}

/** The events of the end of a stored item. Decides on what is at hand: who asks another store while rows are held may wait for itself. */
export type Ending = (stored: Item) => readonly OutgoingEvent[];

/** The writes of one model: each commits together with its events, or not at all. */
export interface ItemWrites {
  /**
   * Creates all it can of items with different ids in the workspace of the principal, who is named in their events. The answer has, by
   * position, undefined for what was made and the reason for what was not.
   */
  create(items: readonly Item[], by: Creator): Promise<readonly (CodedError | undefined)[]>;
  /**
   * Reads the stored item for update and lets `change` decide: a next state, or undefined when nothing is to be done.
   * @throws what `change` throws; CodedError NOT_FOUND when absent, CONFLICT when a unique value is taken.
   */
  update(workspaceId: string, id: string, change: (stored: Item) => ItemChange | undefined): Promise<Item>;
  /**
   * Removes the stored item together with the events of its end, which `ending` may refuse by throwing. Answers the last state.
   * @throws what `ending` throws; CodedError NOT_FOUND when absent, STILL_REFERENCED while others refer to the item.
   */
  remove(workspaceId: string, id: string, ending: Ending): Promise<Item>;
}

export type ItemStore = ItemReads & ItemWrites;
