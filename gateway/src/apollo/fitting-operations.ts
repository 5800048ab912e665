import { SizedCache } from '@tributary/runtime';
import { type DocumentNode, validate } from 'graphql';
import type { CompiledOperations } from '../planning/compiled-operations.ts';
import type { LoadedSupergraph } from '../planning/supergraph.ts';

/** Of verdicts on texts, by their hash. */
const verdicts = 10_000;

/** A supergraph in force and its operations, while a server holds what it is asked to the schema of the next. */
export class FittingOperations {
  readonly supergraph: LoadedSupergraph;
  readonly operations: CompiledOperations;
  readonly #fits = new SizedCache<boolean>(verdicts);

  constructor(supergraph: LoadedSupergraph, operations: CompiledOperations) {
    this.supergraph = supergraph;
    this.operations = operations;
  }

  /** Whether this supergraph answers it: what stays as it is from one to the next waits for nothing. */
  fits(key: string, document: DocumentNode): boolean {
    return this.#fits.getOrMake(
      key,
      () => validate(this.supergraph.apiSchema, document).length === 0,
      () => 1,
    );
  }
}
