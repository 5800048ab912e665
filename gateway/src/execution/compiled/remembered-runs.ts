import { SizedCache } from '@tributary/runtime';
import type { LeadingRun } from './leading-runs.ts';
import type { FetchToFollow, RunToFollow } from './plan-run.ts';
import type { FetchAnswer } from './subgraph-fetch.ts';

/**
 * What an operation answers is a function of what its fetches answer. So a run is remembered with every byte it was told, and the next run of the operation
 * with the same variables asks every subgraph again, as always, and compares: while all tell the same, byte by byte, what follows from it
 * (the requests of later fetches, and the answer) is what followed the last time, and need not be worked out again. With the first byte that differs the
 * run goes on as any other, with what was told so far.
 *
 * This is no cache of answers: nothing is ever answered that the subgraphs did not say just now, to this caller. Requests of later fetches go out only
 * after the answers they were made from have come again, so nobody sends keys that came from another's data.
 */
export class RememberedRun implements RunToFollow {
  /** By index of the fetch in its plan; those that were not sent are missing. */
  readonly fetches: readonly (RememberedFetch | undefined)[];
  /** The whole answer, as it is sent. */
  readonly body: Buffer;

  constructor(fetches: readonly (RememberedFetch | undefined)[], body: Buffer) {
    this.fetches = fetches;
    this.body = body;
  }

  asked(index: number): FetchToFollow | 'skipped' {
    return this.fetches[index] ?? 'skipped';
  }

  isToldSame(index: number, { bytes }: FetchAnswer): boolean {
    return bytes !== undefined && bytes === this.fetches[index]?.expected;
  }
}

interface RememberedFetch extends FetchToFollow {
  readonly expected: Buffer;
}

/** A fetch as it went. */
export interface ToldFetch extends Pick<FetchToFollow, 'head' | 'body'> {
  readonly bytes: Buffer;
}

/** A run as it went, by index of its fetches. */
export interface ToldRun {
  readonly fetches: readonly (ToldFetch | undefined)[];
  /** The whole answer, as it is sent. */
  readonly body: Buffer;
}

/** A fetch that has its answer already, and what was asked with. */
export interface BroughtFetch {
  readonly body: string;
  readonly answer: FetchAnswer;
}

/** Of one supergraph: large enough for the answers a front end polls, small beside a process. */
const limitBytes = 64 * 1024 * 1024;
/** What one takes beside its bytes and characters, and each of its fetches. */
const runBytes = 600;
const fetchBytes = 400;
const keyChars = 4_096;
/** Of the keys of runs that came once: room for twenty thousand that have few variables. */
const seenChars = 1_000_000;
/** What one of them takes beside its characters. */
const seenEntryChars = 32;

/** The runs that came more than once of late. */
export class RememberedRuns {
  readonly #runs = new SizedCache<RememberedRun>(limitBytes);
  readonly #seen = new SizedCache<true>(seenChars);
  /** Those that are worked out now, the last of each. */
  readonly #leading = new Map<string, LeadingRun>();
  #operations = 0;

  /** Tells the runs of one operation from those of others. */
  operation(): string {
    this.#operations += 1;
    return String(this.#operations);
  }

  get(key: string): RememberedRun | undefined {
    return this.#runs.get(key);
  }

  /** Whether a run is worth remembering: not when it may never come again. */
  isWorth(key: string): boolean {
    if (key.length > keyChars) return false;
    if (this.#seen.get(key) !== undefined) return true;
    this.#seen.set(key, true, key.length + seenEntryChars);
    return false;
  }

  leadingOf(key: string): LeadingRun | undefined {
    return this.#leading.get(key);
  }

  leads(key: string, run: LeadingRun): void {
    this.#leading.set(key, run);
    void run.body.then(() => {
      if (this.#leading.get(key) === run) this.#leading.delete(key);
    });
  }

  set(key: string, run: ToldRun): void {
    const fetches = run.fetches.map(
      (fetch) => fetch && { head: fetch.head, body: fetch.body, expected: alone(fetch.bytes) },
    );
    const sentOn = startOf(run.body, run.fetches[0]?.bytes) ? fetches[0]?.expected : undefined;
    const body = sentOn?.subarray(0, run.body.byteLength) ?? kept(run.body);
    let sizeBytes = runBytes + (sentOn === undefined ? body.buffer.byteLength : 0) + 2 * key.length;
    for (const fetch of fetches)
      if (fetch !== undefined) sizeBytes += fetchBytes + fetch.expected.byteLength + 2 * fetch.body.length;
    this.#runs.set(key, new RememberedRun(fetches, body), sizeBytes);
  }
}

/** Whether an answer is the very bytes with which a fetch was answered, up to its end. */
function startOf(body: Buffer, bytes: Buffer | undefined): boolean {
  return body.buffer === bytes?.buffer && body.byteOffset === bytes.byteOffset;
}

/** An answer as it was written, unless most of what it was written into is not it: large ones are written anew each time, and copies of them would cost each time. */
function kept(body: Buffer): Buffer {
  return body.buffer.byteLength > 2 * body.byteLength ? alone(body) : body;
}

/** The same bytes without what a connection read together with them. */
function alone(bytes: Buffer): Buffer {
  if (bytes.buffer.byteLength === bytes.byteLength) return bytes;
  // Copies of a few bytes are otherwise cut from a pool, all of which they hold.
  const own = Buffer.allocUnsafeSlow(bytes.byteLength);
  bytes.copy(own);
  return own;
}
