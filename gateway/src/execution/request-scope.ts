import type { Principal, StreamEvent } from '@tributary/subgraph-kit';
import type { ObservedRun } from '../insight/observed-run.ts';
import type { Departure } from './departure.ts';

/** What travels with one operation through the executor to every subgraph it touches. Made anew for each operation. */
export interface RequestScope {
  readonly principal: Principal;
  readonly requestId: string;
  /** Whoever caused it, as the edge saw them; absent where no client did. */
  readonly clientAddress?: string | undefined;
  /** Asked by a process of ours, which showed an assertion, be it in a client's name. */
  readonly isOurs?: boolean | undefined;
  /** Fields of the client's request that subgraphs may get, by lower-case name. */
  readonly forwarded?: Readonly<Record<string, string>> | undefined;
  /** Aborted when the client went away, with all others who wait for the same. */
  readonly signal?: Departure | undefined;
  /** Takes what becomes of its fetches, where somebody wants to know. */
  readonly observed?: ObservedRun | undefined;
  /** Of an event, which nobody can ask for again: it waits for its turn, however many do. */
  readonly isEvent?: boolean | undefined;
  /** Decides labels of a percentage, 0 up to 100, for runs that are one to whoever asked. Each other run draws its own. */
  readonly lot?: number | undefined;
  /** The event a subscription is executed for. */
  readonly stream?: StreamEvent | undefined;
}
