import type { GraphQLError } from 'graphql';
import type { RequestScope } from '../request-scope.ts';
import type { VariableValues } from './conditions.ts';
import type { LeadingRun } from './leading-runs.ts';
import type { JsonObject } from './own-keys.ts';
import type { RequestHead } from './planned-request.ts';
import type { BroughtFetch, ToldFetch } from './remembered-runs.ts';
import type { SharedParts } from './shared-parts.ts';
import type { FetchAnswer } from './subgraph-fetch.ts';

/** One run of a plan: what it was asked with, and what it has brought so far. */
export interface PlanRun {
  /** As the client sent them; subgraphs apply the defaults that the plan's operations declare. */
  readonly variables: VariableValues;
  readonly scope: RequestScope;
  readonly data: JsonObject;
  /** What of it stands in several places. */
  readonly shared: SharedParts;
  /** How often data has been walked. */
  walks: number;
  readonly errors: GraphQLError[];
  /** Entities of which their owner said that there are none, or none for this caller. */
  readonly absent: Set<JsonObject>;
  /** Objects that a fetch was to add to, and brought nothing: that is told once, of the first. */
  readonly bereft: Set<JsonObject>;
  /** Entities that a subgraph was not asked about, because something is missing that it has to be told of them. */
  readonly incomplete: Set<JsonObject>;
  /** Root fields whose subgraph answered none of them, and said why: an error in one non-null field took the others along. */
  readonly unanswered: Set<string>;
  /** What this run was told before it had to be worked out, by index of the fetch. */
  readonly brought: readonly (BroughtFetch | undefined)[];
  /** What it was told, to be remembered; undefined where nobody wants to, or some of it came in no bytes. */
  told: (ToldFetch | undefined)[] | undefined;
  /** Tells those who go along with it; undefined where nobody may. */
  readonly leading: LeadingRun | undefined;
  /** The client's answer, where one fetch brought it as such. */
  passed: Buffer | undefined;
}

/** What a fetch of another run asked. */
export interface FetchToFollow {
  readonly head: RequestHead;
  /** What was sent. */
  readonly body: string;
  /** What it was told then; undefined where it is being asked just now. */
  readonly expected: Buffer | undefined;
}

/** A run that others may go by, as long as they are told the same. */
export interface RunToFollow {
  /** By index of the fetch: what was asked, or that it was not. */
  asked(
    index: number,
  ): FetchToFollow | 'skipped' | 'unknown' | Promise<FetchToFollow | 'skipped' | 'unknown'>;
  isToldSame(index: number, answer: FetchAnswer): boolean | Promise<boolean>;
}

/** A run that goes by another. */
export interface FollowedRun {
  readonly scope: RequestScope;
  readonly before: RunToFollow;
  /** What it was told, by index of the fetch. */
  readonly brought: (BroughtFetch | undefined)[];
}

/** A part of a plan, ready to run. */
export interface PlanProgram {
  /** Never rejects: what goes wrong is among the run's errors. */
  run(run: PlanRun): Promise<void>;
  /** Asks what the other run asked, unless it has been told that already. Resolves with whether it was told what the other was told. */
  follow(run: FollowedRun): Promise<boolean>;
}
