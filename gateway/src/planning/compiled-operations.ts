import { CodedError, SizedCache } from '@tributary/runtime';
import { type DocumentNode, validate } from 'graphql';
import {
  CompiledOperation,
  type OperationMemory,
  type OperationSource,
} from '../execution/compiled/compiled-operation.ts';
import { OperationVariants } from '../execution/compiled/operation-variants.ts';
import type { PlanParts } from '../execution/compiled/plan-parts.ts';
import type { RememberedRuns } from '../execution/compiled/remembered-runs.ts';
import type { SubgraphFetch } from '../execution/compiled/subgraph-fetch.ts';
import { type TypeCondition, typeConditions } from '../execution/compiled/type-conditions.ts';
import { documentBytes } from './document-size.ts';
import type { LabelsInForce } from './override-labels.ts';
import { planAhead } from './plan-ahead.ts';
import type { LoadedSupergraph } from './supergraph.ts';

/** The working set of a large front end: a thousand operations of a kilobyte. */
const operationBytes = 128 * 1024 * 1024;
/** Operations that a new supergraph has planned before it serves, and how long it waits for that: plans of the old one fail where subgraphs have changed. */
const warmedOperations = 200;

/** Plans and compiles operations, and remembers them. One per supergraph. */
export class CompiledOperations {
  readonly #supergraph: LoadedSupergraph;
  readonly #parts: PlanParts;
  readonly #applies: TypeCondition;
  readonly #memory: OperationMemory;
  readonly #operations = new SizedCache<CompiledOperation>(operationBytes);

  /** Where subgraphs answer in bytes, runs can be remembered. */
  constructor(
    supergraph: LoadedSupergraph,
    subgraphs: ReadonlyMap<string, SubgraphFetch>,
    remembered?: RememberedRuns,
  ) {
    this.#supergraph = supergraph;
    this.#memory = { variants: new OperationVariants(), remembered };
    this.#applies = typeConditions(supergraph.apiSchema);
    this.#parts = {
      schema: supergraph.supergraphSchema,
      applies: typeConditions(supergraph.supergraphSchema),
      fetchFrom: (name) => {
        const fetch = subgraphs.get(name);
        if (fetch === undefined)
          throw new CodedError('SUBGRAPH_UNAVAILABLE', `The graph knows no subgraph ${name}.`);
        return fetch;
      },
    };
  }

  /** A validated operation, ready to run. It is remembered: `key` names the document's text. */
  compiled(key: string, document: DocumentNode, operationName: string | undefined): CompiledOperation {
    const name = `${key} ${operationName ?? ''}`;
    return this.#operations.getOrMake(
      name,
      () => this.compile(document, operationName, () => key),
      () => namedBytes(name, document),
    );
  }

  /** Plans what another supergraph ran of late, and lets requests through in between. What does not fit any more is left to whoever asks. */
  async warm(from: CompiledOperations): Promise<void> {
    await planAhead(from.#operations.newest(warmedOperations), ([name, { asked }]) =>
      this.#ahead(name, asked),
    );
  }

  /** As `compiled`, for who remembers it; `hash` names the document's text in the log. */
  compile(document: DocumentNode, operationName: string | undefined, hash?: () => string): CompiledOperation {
    const { apiSchema, neededKeys: needed, overrides, planner } = this.#supergraph;
    const plan: OperationSource['plan'] = (decided, by) => planner.plan(decided, operationName, by);
    const labels = (lot?: number): LabelsInForce => overrides.drawn(lot);
    const source = { document, operationName, plan, labels, apiSchema, applies: this.#applies, needed, hash };
    return new CompiledOperation(source, this.#parts, this.#memory);
  }

  /** Plans before anybody asks. False where there is no room for it. */
  async #ahead(
    name: string,
    { document, operationName, hash }: CompiledOperation['asked'],
  ): Promise<boolean> {
    if (this.#operations.peek(name) !== undefined) return true;
    try {
      if (validate(this.#supergraph.apiSchema, document).length > 0) return true;
      const compiled = this.compile(document, operationName, hash);
      const isKept = this.#operations.setUnused(name, compiled, namedBytes(name, document));
      return isKept && (await compiled.prepareAhead());
    } catch {
      // It cannot be planned any more, which whoever asks is told.
      return true;
    }
  }
}

function namedBytes(name: string, document: DocumentNode): number {
  return 2 * name.length + documentBytes(document);
}
