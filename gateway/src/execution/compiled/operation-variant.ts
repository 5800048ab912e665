import type { GraphQLError } from 'graphql';
import { errorLimit } from '../answer-errors.ts';
import type { RequestScope } from '../request-scope.ts';
import type { AnswerShape } from './answer-shape.ts';
import type { CompiledSize } from './compiled-size.ts';
import type { VariableValues } from './conditions.ts';
import { type AskedPlaces, atAskedPlace } from './error-places.ts';
import { unexplainedBy } from './explained-places.ts';
import type { Introspect } from './introspection.ts';
import { LeadingRun } from './leading-runs.ts';
import type { JsonObject } from './own-keys.ts';
import type { FollowedRun, PlanProgram, PlanRun } from './plan-run.ts';
import type { BroughtFetch, RememberedRuns } from './remembered-runs.ts';

export interface WrittenAnswer {
  /** `{"data":…}` as it is sent, where there are no errors; undefined where nothing was executed. */
  readonly body: Buffer | undefined;
  readonly errors: readonly GraphQLError[];
}

export interface VariantParts {
  /** Names it among all variants. */
  readonly key: string;
  readonly size: CompiledSize;
  readonly program: PlanProgram;
  readonly introspect: Introspect;
  readonly shape: AnswerShape;
  /** Where it may have errors. */
  readonly asked: AskedPlaces;
  readonly takesVariables: boolean;
  /** In one line. */
  readonly plan: string;
  /** Where runs are remembered; undefined for what changes things, and where nobody remembers. */
  readonly remembered: RememberedRuns | undefined;
}

interface AskedRun extends Pick<PlanRun, 'variables' | 'scope'> {
  readonly brought: (BroughtFetch | undefined)[];
}

interface KnownRun {
  readonly key: string;
  readonly runs: RememberedRuns;
}

/** An operation under one assignment of the variables in `@skip` and `@include`. */
export class OperationVariant {
  readonly #parts: VariantParts;
  readonly #name: string;

  constructor(parts: VariantParts) {
    this.#parts = parts;
    this.#name = parts.remembered?.operation() ?? '';
  }

  get key(): string {
    return this.#parts.key;
  }

  /** About what it takes of memory. It grows while it runs. */
  get sizeBytes(): number {
    return this.#parts.size.bytes;
  }

  async write(variables: VariableValues, scope: RequestScope): Promise<WrittenAnswer> {
    const { remembered: runs, program, takesVariables, plan } = this.#parts;
    if (scope.observed !== undefined) scope.observed.plan = plan;
    if (runs === undefined) return this.#work({ variables, scope, brought: [] }, undefined);
    const key = takesVariables ? `${this.#name} ${JSON.stringify(variables)}` : this.#name;
    const remembered = runs.get(key);
    if (remembered === undefined) return this.#work({ variables, scope, brought: [] }, key);
    const followed: FollowedRun = { scope, before: remembered, brought: [] };
    if (await program.follow(followed)) return { body: remembered.body, errors: [] };
    return this.#workTogether({ variables, scope, brought: followed.brought }, { key, runs });
  }

  /** Goes along with a run of this moment that was told the same, or leads those who will be. */
  async #workTogether(asked: AskedRun, { key, runs }: KnownRun): Promise<WrittenAnswer> {
    const { scope, brought } = asked;
    const first = brought[0]?.answer.exchange;
    if (first === undefined) return this.#work(asked, key);
    const before = runs.leadingOf(key);
    if (before?.first === first) {
      const isSame = await this.#parts.program.follow({ scope, before, brought });
      const body = isSame ? await before.body : undefined;
      return body === undefined ? this.#work(asked, key) : { body, errors: [] };
    }
    const leading = new LeadingRun(first);
    runs.leads(key, leading);
    try {
      const answer = await this.#work(asked, key, leading);
      if (answer.errors.length === 0) leading.end(answer.body);
      return answer;
    } finally {
      leading.end(undefined);
    }
  }

  async #work(asking: AskedRun, key: string | undefined, leading?: LeadingRun): Promise<WrittenAnswer> {
    const { program, introspect, shape, asked, remembered } = this.#parts;
    const run: PlanRun = {
      ...asking,
      leading,
      data: Object.create(null) as JsonObject,
      shared: new Map(),
      walks: 0,
      errors: [],
      absent: new Set(),
      bereft: new Set(),
      incomplete: new Set(),
      unanswered: new Set(),
      told: key !== undefined && remembered?.isWorth(key) === true ? [] : undefined,
      passed: undefined,
    };
    await program.run(run);
    const { data, absent, bereft, incomplete, shared, unanswered, told, passed } = run;
    if (passed !== undefined) {
      if (told !== undefined && key !== undefined) remembered?.set(key, { fetches: told, body: passed });
      return { body: passed, errors: [] };
    }
    const errors = run.errors.map((error) => atAskedPlace(error, asked));
    const answer = shape.complete({
      data,
      introspection: introspect(asking.variables),
      absent,
      bereft,
      incomplete,
      shared,
      isUnexplained: unexplainedBy(errors, unanswered),
    });
    const all = [...errors, ...answer.errors];
    if (all.length === 0 && told !== undefined && key !== undefined)
      remembered?.set(key, { fetches: told, body: answer.body });
    return { body: answer.body, errors: all.slice(0, errorLimit) };
  }
}
