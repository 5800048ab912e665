import { CodedError, SizedCache } from '@tributary/runtime';
import { textBytes } from '@tributary/subgraph-kit/text-bytes';
import {
  type DocumentNode,
  GraphQLError,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  type OperationTypeNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { OperationLimits } from '../config.ts';
import { asTextError, codedGraphQLError } from '../execution/answer-errors.ts';
import type { CompiledOperation } from '../execution/compiled/compiled-operation.ts';
import { RememberedRuns } from '../execution/compiled/remembered-runs.ts';
import type { SubgraphFetch } from '../execution/compiled/subgraph-fetch.ts';
import { CallerGone, type Departure } from '../execution/departure.ts';
import { readAlone } from '../execution/kept-operations.ts';
import type { RunTrace } from '../insight/observed-run.ts';
import { hashOf } from '../insight/request-insight.ts';
import { CompiledOperations } from '../planning/compiled-operations.ts';
import { planAhead } from '../planning/plan-ahead.ts';
import { SharedPlans } from '../planning/shared-plans.ts';
import type { LoadedSupergraph } from '../planning/supergraph.ts';
import { finiteNumbersRule } from '../security/exact-numbers.ts';
import { introspectionBroken, introspectionWeigher } from '../security/introspection-weight.ts';
import { brokenLimit } from '../security/operation-limits.ts';
import { type Asking, tellWhat } from './asking.ts';
import { eventFetches } from './streams/event-scope.ts';

/** An operation of a text that clients sent: ready to run, or why it is not. */
export type AskedOperation =
  | {
      readonly kind: OperationTypeNode;
      readonly name: string | undefined;
      readonly document: DocumentNode;
      /** Of a subscription, which is in force for long: the text of it alone, which its document was read from. */
      readonly alone: string | undefined;
      readonly compiled: CompiledOperation;
    }
  | { readonly faults: readonly GraphQLError[] };

interface WholeText {
  readonly document: DocumentNode;
}

/** A text as it was read: whole, or why it is not. */
type ReadText = WholeText | { readonly faults: readonly GraphQLError[] };

interface KnownText {
  readonly read: ReadText;
  readonly named: Map<string | undefined, AskedOperation>;
}

export interface AskedOperationsOptions {
  readonly supergraph: LoadedSupergraph;
  readonly fetches: ReadonlyMap<string, SubgraphFetch>;
  readonly limits: Omit<OperationLimits, 'cost'>;
  readonly introspection: boolean;
  /** Called for each operation that had to be read and planned. */
  readonly onRead: (() => void) | undefined;
}

const openRules = [...specifiedRules, finiteNumbersRule];
/** Of all texts with what is known of their operations: a thousand of a kilobyte. */
const knownBytes = 128 * 1024 * 1024;
/** Of the operations of one text: those that were asked first make room. */
const namedBytes = knownBytes / 2;
const faultyBytes = 4_096;
const validationErrorLimit = 20;
/** Texts that a new supergraph has planned before it serves, and how long it waits for that. */
const warmedTexts = 200;

/**
 * Everything one supergraph knows of the operations it was asked: read, limited, validated, planned and compiled once for each text. A text that
 * came before costs one look-up.
 */
export class AskedOperations {
  readonly #options: AskedOperationsOptions;
  readonly #supergraph: LoadedSupergraph;
  readonly #schema;
  readonly #weigh;
  readonly #operations: CompiledOperations;
  readonly #subscriptions: CompiledOperations;
  readonly #texts = new SizedCache<KnownText>(knownBytes);
  readonly #underWay = new SharedPlans<AskedOperation>();
  /** Texts of what is under way. */
  readonly #reading = new Map<string, WholeText>();

  constructor(options: AskedOperationsOptions) {
    this.#options = options;
    const { supergraph } = options;
    this.#supergraph = supergraph;
    this.#schema = supergraph.apiSchema;
    this.#weigh = introspectionWeigher(this.#schema);
    this.#operations = new CompiledOperations(supergraph, options.fetches, new RememberedRuns());
    this.#subscriptions = new CompiledOperations(supergraph, eventFetches(options.fetches));
  }

  /** Nobody asks any more: what is kept for planning is let go of. What still runs and has no plan is planned all the same. */
  async close(): Promise<void> {
    await this.#supergraph.planner.close?.();
  }

  /** Labels of `@override` that the supergraph has. */
  get labels(): readonly string[] {
    return this.#supergraph.overrides.all;
  }

  /**
   * At once where it was asked before. One that was not waits for its plan as long as `asking` does.
   * Rejects with CodedError OVERLOADED and OPERATION_TOO_COMPLEX, as planning does, with DEADLINE_EXCEEDED and CallerGone.
   */
  operation(
    text: string,
    operationName: string | undefined,
    asking: Asking = {},
  ): AskedOperation | Promise<AskedOperation> {
    const { queryBytes } = this.#options.limits;
    if (Buffer.byteLength(text) > queryBytes) return { faults: [codedGraphQLError(tooLong(queryBytes))] };
    const known = this.#texts.get(text);
    const asked = known?.named.get(operationName);
    if (asked !== undefined) return asked;
    if (known !== undefined && 'faults' in known.read) return known.read;
    const key = JSON.stringify([operationName ?? null, text]);
    if (!this.#underWay.has(key)) this.#options.onRead?.();
    const read = known?.read ?? this.#reading.get(text) ?? this.#read(text);
    if ('faults' in read) {
      this.#texts.set(text, { read, named: new Map() }, textBytes(text));
      return read;
    }
    tellWhat(getOperationAST(read.document, operationName), asking.observed);
    const trace = asking.observed?.trace;
    const make = (gone: Departure) => this.#planned(text, read, { operationName, trace, gone });
    return this.#underWay.share(key, make, asking);
  }

  async #planned(
    text: string,
    read: WholeText,
    {
      operationName,
      trace,
      gone,
    }: {
      readonly operationName: string | undefined;
      readonly trace: RunTrace | undefined;
      readonly gone: Departure;
    },
  ): Promise<AskedOperation> {
    this.#reading.set(text, read);
    const asked = { ...read, operationName, hash: hashOf(text) };
    const made = await this.#prepared(asked, (compiled) => compiled.prepare(trace, gone)).finally(() =>
      this.#reading.delete(text),
    );
    // Of the same text others may have been asked meanwhile.
    const named = this.#texts.peek(text)?.named ?? new Map<string | undefined, AskedOperation>();
    // Names that a text does not have are not remembered.
    if (made !== undefined) named.set(operationName, made);
    this.#texts.set(text, { read, named }, textBytes(text) + boundedBytes(named));
    return made ?? { faults: [noOperation(operationName)] };
  }

  /** Plans what another supergraph was asked of late, and lets requests through in between. What does not fit any more is left to whoever asks. */
  async warm(from: AskedOperations, nowMs?: () => number): Promise<void> {
    const newest = from.#texts.newest(warmedTexts);
    const asked = newest.flatMap(([text, { named }]) =>
      [...named.keys()].reverse().map((name) => ({ text, name })),
    );
    await planAhead(asked, ({ text, name }) => this.#ahead(text, name), nowMs);
  }

  /** Plans before anybody asks: what was asked came later, and stays. False where there is no room for it. */
  async #ahead(text: string, operationName: string | undefined): Promise<boolean> {
    const before = this.#texts.peek(text);
    if (before !== undefined && ('faults' in before.read || before.named.has(operationName))) return true;
    this.#options.onRead?.();
    const read = before?.read ?? this.#read(text);
    let hasRoom = true;
    const made =
      'faults' in read
        ? undefined
        : await this.#prepared({ ...read, operationName, hash: hashOf(text) }, async (compiled) => {
            hasRoom = await compiled.prepareAhead();
          }).catch(() => undefined);
    const named = this.#texts.peek(text)?.named ?? new Map<string | undefined, AskedOperation>();
    if (named.has(operationName)) return true;
    const all = made === undefined ? named : new Map([[operationName, made], ...named]);
    const size = textBytes(text) + boundedBytes(all);
    const isNamed = made === undefined || all.has(operationName);
    return this.#texts.setUnused(text, { read, named: all }, size) && isNamed && hasRoom;
  }

  #read(text: string): ReadText {
    try {
      const document = parse(text, { maxTokens: this.#options.limits.tokens });
      const faults = this.#faultsOf(document);
      return faults.length > 0 ? { faults } : { document };
    } catch (error) {
      return { faults: [faultOf(error)] };
    }
  }

  /** Undefined where the text has no operation of that name. */
  async #prepared(
    {
      document,
      operationName,
      hash,
    }: WholeText & { readonly operationName: string | undefined; readonly hash: string },
    prepare: (compiled: CompiledOperation) => Promise<void>,
  ): Promise<AskedOperation | undefined> {
    try {
      const operation = getOperationAST(document, operationName);
      if (operation === null || operation === undefined) return undefined;
      const { operation: kind } = operation;
      const operations = kind === 'subscription' ? this.#subscriptions : this.#operations;
      const kept = kind === 'subscription' ? readAlone(document, operation) : { document, text: undefined };
      const compiled = operations.compile(kept.document, operationName, () => hash);
      await prepare(compiled);
      const name = operation.name?.value;
      return { kind, name, document: kept.document, alone: kept.text, compiled };
    } catch (error) {
      if (isOfThisMoment(error)) throw error;
      return { faults: [faultOf(error)] };
    }
  }

  #faultsOf(document: DocumentNode): readonly GraphQLError[] {
    const { limits, introspection } = this.#options;
    const broken =
      brokenLimit(document, { ...limits, cost: Number.POSITIVE_INFINITY }) ??
      introspectionBroken(document, this.#weigh);
    if (broken !== undefined) return [codedGraphQLError(broken)];
    const rules = introspection ? openRules : [...openRules, NoSchemaIntrospectionCustomRule];
    const faults = validate(this.#schema, document, rules, { maxErrors: validationErrorLimit });
    return faults.map((fault) => asTextError(fault, introspection));
  }
}

/** What the operations of one text take, without those that are too many. */
function boundedBytes(named: KnownText['named']): number {
  let bytes = 0;
  for (const [name, asked] of [...named].reverse()) {
    const size = 'faults' in asked ? faultyBytes : asked.compiled.sizeBytes + aloneBytes(asked);
    if (bytes > 0 && bytes + size > namedBytes) named.delete(name);
    else bytes += size;
  }
  return bytes;
}

function aloneBytes({ alone }: { readonly alone: string | undefined }): number {
  return alone === undefined ? 0 : textBytes(alone);
}

function faultOf(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return asTextError(error);
  if (error instanceof CodedError) return codedGraphQLError(error);
  // Of a planner that found no way: masked for callers, and whole in the log.
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}

/** What says nothing of the operation, or may be otherwise another time, is remembered for none. */
export function isOfThisMoment(error: unknown): boolean {
  if (error instanceof CallerGone) return true;
  return error instanceof CodedError && (error.retryable || error.code === 'OPERATION_TOO_COMPLEX');
}

function tooLong(limitBytes: number): CodedError {
  return new CodedError('PAYLOAD_TOO_LARGE', `The query is longer than ${limitBytes} bytes.`, {
    details: { limitBytes },
  });
}

function noOperation(operationName: string | undefined): GraphQLError {
  const message =
    operationName === undefined
      ? 'Name the operation to run: the document has several, or none.'
      : 'The document has no operation of that name.';
  return codedGraphQLError(new CodedError('BAD_REQUEST', message));
}
