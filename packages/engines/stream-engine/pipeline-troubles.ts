import { type Clock, CodedError } from '@tributary/runtime';
import type { Sql } from '../relational/port.ts';
import type { DeployedPipeline } from './embedded-pipelines.ts';
import { failureTold, storeFailure } from './pipeline-states.ts';

export interface TroublesDeps {
  readonly sql: Sql;
  readonly clock: Clock;
  /** Of the process that leads. */
  readonly epoch: number;
  /** Told of each failure. */
  readonly onTrouble: (error: unknown) => void;
}

/** What fails in the process that leads, written down beside the pipelines it happens to, and crossed out when they compute again. */
export class PipelineTroubles {
  readonly #deps: TroublesDeps;
  readonly #failing = new Map<number, string>();
  readonly #stuck = new Map<number, unknown>();
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: TroublesDeps) {
    this.#deps = deps;
  }

  /** Answers which of `pipelines` it happened to: the one that the failure names, all of them when it names none. */
  failed(error: unknown, pipelines: readonly DeployedPipeline[]): readonly DeployedPipeline[] {
    const { clock, onTrouble } = this.#deps;
    onTrouble(error);
    const hit = pipelines.filter(({ pipeline: { name } }) => (namedBy(error) ?? name) === name);
    const failure = failureTold(error);
    const told = JSON.stringify(failure);
    for (const { id } of hit) {
      if (this.#failing.get(id) === told) continue;
      this.#failing.set(id, told);
      this.#write(id, { ...failure, sinceMs: clock.now() });
    }
    return hit;
  }

  /** As `failed`, of what trying again would not mend: whoever leads ends those pipelines (`takeStuck`), and computes the others on. */
  cannotGoOn(error: unknown, pipelines: readonly DeployedPipeline[]): void {
    for (const { id } of this.failed(error, pipelines)) this.#stuck.set(id, error);
  }

  /** Those that cannot go on, by id, and why; each is answered once. */
  takeStuck(): ReadonlyMap<number, unknown> {
    const stuck = new Map(this.#stuck);
    this.#stuck.clear();
    return stuck;
  }

  isFailing({ id }: DeployedPipeline): boolean {
    return this.#failing.has(id);
  }

  computed({ id }: DeployedPipeline): void {
    if (this.#failing.delete(id)) this.#write(id, null);
  }

  /** What an earlier leader wrote down is not known to be so any more. */
  async forget(pipelines: readonly DeployedPipeline[]): Promise<void> {
    for (const { id } of pipelines) {
      this.#failing.delete(id);
      this.#write(id, null);
    }
    await this.settled();
  }

  settled(): Promise<void> {
    return this.#writing;
  }

  #write(id: number, failure: Parameters<typeof storeFailure>[2]['failure']): void {
    const { sql, epoch, onTrouble } = this.#deps;
    this.#writing = this.#writing.then(() => storeFailure(sql, id, { epoch, failure })).catch(onTrouble);
  }
}

/** Whether a failure is of one pipeline, and no other's. */
export function namesPipeline(error: unknown): boolean {
  return namedBy(error) !== undefined;
}

function namedBy(error: unknown): unknown {
  return error instanceof CodedError ? error.details['pipeline'] : undefined;
}
