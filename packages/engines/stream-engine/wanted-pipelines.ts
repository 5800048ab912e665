import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, CodedError } from '@tributary/runtime';
import type { Relational, Sql } from '../relational/port.ts';
import { assertEpoch } from './embedded-commit.ts';
import type { DeployedPipeline } from './embedded-pipelines.ts';
import {
  type Kept,
  type PipelineState,
  readPipelineStates,
  storeRefusal,
  storeStopped,
} from './pipeline-states.ts';
import { namesPipeline, type PipelineTroubles } from './pipeline-troubles.ts';

/** How long a wish goes unnoticed, at most. */
const lookEveryMs = 250;

/**
 * Ends whatever still computes a pipeline that is not computed here, and stores what it had; doing it again is harmless. Undefined: it cannot be ended yet, ask again.
 * @throws CodedError SAVEPOINT_FAILED where it computes on, because its state could not be kept
 */
export type Halt = (
  pipeline: DeployedPipeline,
  how: { readonly withoutSavepoint: boolean },
) => Promise<{ readonly kept: Kept } | undefined>;

export interface WantedDeps {
  readonly relational: Relational;
  readonly clock: Clock;
  readonly logId: string;
  readonly epoch: number;
  readonly troubles: PipelineTroubles;
  /** Computes these until disposed. */
  readonly compute: (pipelines: readonly DeployedPipeline[]) => Promise<AsyncDisposable>;
  readonly halt: Halt;
}

/** In the process that leads: computes those of its pipelines that are to run, and follows what is wished of them, until disposed. */
export function computeWanted(declared: readonly DeployedPipeline[], deps: WantedDeps): AsyncDisposable {
  const stopping = new AbortController();
  const following = follow(declared, deps, stopping.signal);
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await following;
      await deps.troubles.settled();
    },
  };
}

async function follow(
  declared: readonly DeployedPipeline[],
  deps: WantedDeps,
  stop: AbortSignal,
): Promise<void> {
  const { relational, logId, troubles } = deps;
  let computing: { readonly wish: string; readonly work: AsyncDisposable } | undefined;
  /** Why those cannot begin that hold up no other; they are tried again when they are started or computed anew. */
  const broken = new Map<number, unknown>();
  while (!stop.aborted) {
    let running: readonly DeployedPipeline[] = declared;
    try {
      const states = await readPipelineStates(relational, logId);
      const wanted = ofState(declared, states, 'running');
      for (const [id, error] of troubles.takeStuck()) broken.set(id, error);
      for (const [id, error] of broken) {
        const still = wanted.filter((each) => each.id === id);
        if (still.length === 0) broken.delete(id);
        // As long as it lasts: silence would be taken for its end.
        else troubles.failed(error, still);
      }
      running = wanted.filter(({ id }) => !broken.has(id));
      const wish = JSON.stringify(running.map(({ id }) => id));
      if (computing?.wish !== wish) {
        const ended = computing;
        computing = undefined;
        await ended?.work[Symbol.asyncDispose]();
        const work = await deps.compute(running);
        computing = { wish, work };
        // Of those that are to stop too: their wish crossed out what was told of them, which may be why they cannot be stopped yet.
        await troubles.forget(declared.filter(({ id }) => !broken.has(id)));
      }
      // Nobody computes those that are to stop any more, so where they stand is where they go on; that one cannot be stopped holds up no other.
      for (const pipeline of ofState(declared, states, 'stopping')) await haltOne(pipeline, states, deps);
    } catch (error) {
      for (const { id } of troubles.failed(error, running)) if (namesPipeline(error)) broken.set(id, error);
    }
    await delay(lookEveryMs, undefined, { signal: stop }).catch(() => undefined);
  }
  await computing?.work[Symbol.asyncDispose]();
}

async function haltOne(
  pipeline: DeployedPipeline,
  states: readonly PipelineState[],
  { relational, clock, epoch, halt, troubles }: WantedDeps,
): Promise<void> {
  const underEpoch = (store: (tx: Sql) => Promise<void>): Promise<void> =>
    relational.transaction(async (tx) => {
      await assertEpoch(tx, epoch);
      await store(tx);
    });
  try {
    const { withoutSavepoint = false } = states.find(({ id }) => id === pipeline.id) ?? {};
    const ended = await halt(pipeline, { withoutSavepoint });
    if (ended === undefined) return;
    await underEpoch((tx) => storeStopped(tx, pipeline.id, { ...ended, nowMs: clock.now() }));
    troubles.computed(pipeline);
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'SAVEPOINT_FAILED') {
      troubles.failed(error, [pipeline]);
      return;
    }
    const { code, message } = error;
    await underEpoch((tx) =>
      storeRefusal(tx, pipeline.id, { failure: { code, message }, nowMs: clock.now() }),
    );
    troubles.computed(pipeline);
  }
}

/** Those in this state that are still declared as they were when this process began; computed anew, one has another id. */
function ofState(
  declared: readonly DeployedPipeline[],
  states: readonly PipelineState[],
  wish: PipelineState['wish'],
): readonly DeployedPipeline[] {
  return declared.flatMap(({ pipeline, fingerprint }) => {
    const state = states.find(({ name }) => name === pipeline.name);
    return state?.wish === wish && state.fingerprint === fingerprint
      ? [{ id: state.id, pipeline, fingerprint }]
      : [];
  });
}
