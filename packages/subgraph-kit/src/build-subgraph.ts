import { buildSubgraphSchema } from '@apollo/subgraph';
import { inSpan, type Logger, onBehalfOfRun, SizedCache, withTraceparent } from '@tributary/runtime';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLScalarType,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import { dropAbandonedCalls } from './abandoned-calls.ts';
import { actingDoor } from './acting-door.ts';
import { checkArgumentsOf } from './argument-checks.ts';
import type { AssertionVerifier } from './assertion.ts';
import type { CallContext, Door, Subgraph, SubgraphCall } from './call.ts';
import {
  type CertainVariables,
  certainVariables,
  onlyOperation,
  withCoercedVariables,
} from './certain-variables.ts';
import { markCheckedPerItem } from './checked-per-item.ts';
import { directiveDefinitions } from './directives.ts';
import { enterEntities, type PrepareEntities } from './entered-entities.ts';
import { asGraphQLError, maskResult } from './masking.ts';
import { verdictsOf } from './permissions.ts';
import { reportRefusalsOf } from './reported-refusals.ts';
import { applyShield, type OnRefusal } from './shield.ts';
import type { StreamDoor } from './stream-door.ts';
import { textBytes } from './text-bytes.ts';

/** Resolvers by type and field. They are typed where they are written, by codegen from the same SDL; here only their shape counts. */
export type ResolverMap = Readonly<Record<string, object | GraphQLScalarType>>;

export interface SubgraphDefinition<Context extends CallContext> {
  readonly name: string;
  /** SDL without the federation and permission directives' definitions, which the kit adds. */
  readonly typeDefs: string;
  readonly resolvers: ResolverMap;
  /** Makes a fresh context (and fresh loaders) for each call. */
  readonly createContext: (call: CallContext) => Context;
  readonly verifier: AssertionVerifier;
  readonly onRefusal: OnRefusal;
  /** Fields (`Mutation.createAirports`) that refuse text which cannot be stored by themselves: item by item, or with all other faults. */
  readonly ownTextChecks?: ReadonlySet<string>;
  readonly prepareEntities?: PrepareEntities<Context>;
  readonly log: Logger;
  readonly door?: Door;
  readonly streamDoor?: StreamDoor;
  readonly ready: () => Promise<void>;
}

/** A subgraph's SDL as composition takes it: its own, and the directives' definitions. */
export function federatedSdl(typeDefs: string): string {
  return `${directiveDefinitions}\n${typeDefs}`;
}

/** The executable schema of a subgraph's SDL. Without resolvers it is good for questions about its fields. */
export function federatedSchema(typeDefs: string, resolvers: ResolverMap = {}): GraphQLSchema {
  return buildSubgraphSchema([{ typeDefs: parse(federatedSdl(typeDefs)), resolvers: resolvers as never }]);
}

/** A few hundred texts of every subgraph in it: clients' literals are in what the gateway sends, so that anybody can have new ones made. */
const operationBytes = 64 * 1024 * 1024;
/** Of all subgraphs of this process: memory is theirs together. */
const operations = new SizedCache<Operation>(operationBytes);
let built = 0;

/**
 * Builds a subgraph: schema, rules, checks of arguments, masking, assertion check. Opens nothing.
 * @throws CodedError MODEL_INVALID when a field has no verdict.
 */
export function buildSubgraph<Context extends CallContext>(
  definition: SubgraphDefinition<Context>,
): Subgraph {
  const { door, streamDoor, verifier } = definition;
  const schema = federatedSchema(definition.typeDefs, definition.resolvers);
  markCheckedPerItem(schema);
  enterEntities(schema, definition.prepareEntities);
  checkArgumentsOf(schema, definition.ownTextChecks ?? new Set());
  reportRefusalsOf(schema, definition.onRefusal);
  applyShield(schema, verdictsOf(schema), definition.onRefusal);
  dropAbandonedCalls(schema);

  built += 1;
  const keyPrefix = `${built} `;
  // The gateway sends the same few hundred fetch texts again and again: parsed and validated once.
  const operationFor = (query: string): Operation | readonly GraphQLError[] => {
    const key = keyPrefix + query;
    const known = operations.get(key);
    if (known !== undefined) return known;
    const document = parsed(query);
    const faults: readonly GraphQLError[] = 'kind' in document ? validate(schema, document) : document;
    // Faults are not kept: what the gateway sends has none.
    if (!('kind' in document) || faults.length > 0) return faults;
    const operation = operationOf(schema, document);
    operations.set(key, operation, textBytes(query));
    return operation;
  };

  const run = async (call: SubgraphCall): Promise<ExecutionResult> => {
    const principal = await verifier.verify(call.assertion);
    const operation = operationFor(call.query);
    if (!('document' in operation)) return { errors: operation };
    const coerced = operation.coerce?.(call.variables ?? {});
    const { assertion = '', requestId, stream, signal, clientAddress } = call;
    const asked = { principal, assertion, requestId, stream, signal, clientAddress };
    const contextValue = definition.createContext(asked);
    return onBehalfOfRun(principal.runId, () =>
      execute({
        schema,
        document: coerced === undefined ? operation.document : operation.coercedDocument,
        contextValue,
        rootValue: stream === undefined ? undefined : {},
        variableValues: coerced ?? call.variables,
        operationName: call.operationName,
      }),
    );
  };

  const spanName = `subgraph ${definition.name}`;
  const spanAttributes = { 'tributary.subgraph': definition.name };
  return {
    name: definition.name,
    sdl: federatedSdl(definition.typeDefs),
    ready: definition.ready,
    ...(door === undefined ? {} : { door: { ...door, ...actingDoor(door, verifier) } }),
    ...(streamDoor === undefined
      ? {}
      : { streamDoor: { ...streamDoor, ...actingDoor(streamDoor, verifier) } }),
    execute: (call) =>
      withTraceparent(call.traceparent, () =>
        inSpan(spanName, spanAttributes, async () => {
          try {
            return maskResult(await run(call), definition.log);
          } catch (error) {
            return maskResult({ errors: [asGraphQLError(error)] }, definition.log);
          }
        }),
      ),
  };
}

interface Operation {
  readonly document: DocumentNode;
  /** Absent where it has no variables, or several operations. */
  readonly coerce: CertainVariables | undefined;
  /** For variables that went through `coerce`. */
  readonly coercedDocument: DocumentNode;
}

/** The scalar of federation's own that every subgraph has, and that passes on whatever it is given. */
const anyScalar = '_Any';

function operationOf(schema: GraphQLSchema, document: DocumentNode): Operation {
  const operation = onlyOperation(document);
  const hasVariables = (operation?.variableDefinitions ?? []).length > 0;
  const coerce = operation === undefined || !hasVariables ? undefined : certainVariables(schema, operation);
  return { document, coerce, coercedDocument: withCoercedVariables(document, anyScalar) };
}

function parsed(query: string): DocumentNode | readonly GraphQLError[] {
  try {
    return parse(query, { maxTokens: 20_000 });
  } catch (error) {
    return [asGraphQLError(error)];
  }
}
