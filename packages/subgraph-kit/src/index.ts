export { refuseUnstorableText } from './argument-checks.ts';
export {
  type AssertionMinter,
  type AssertionVerifier,
  createAssertionMinter,
  createAssertionVerifier,
} from './assertion.ts';
export {
  buildSubgraph,
  federatedSchema,
  federatedSdl,
  type ResolverMap,
  type SubgraphDefinition,
} from './build-subgraph.ts';
export type {
  CallContext,
  Door,
  DoorRequest,
  DoorResponse,
  StreamEvent,
  Subgraph,
  SubgraphCall,
} from './call.ts';
export { type CertainVariables, certainVariables } from './certain-variables.ts';
export { isCheckedPerItem, markCheckedPerItem } from './checked-per-item.ts';
export {
  type Connection,
  connectionOf,
  defaultPageSize,
  maxPageSize,
  type PageInfo,
  pageSize,
} from './connection.ts';
export { directiveDefinitions, tributarySpec } from './directives.ts';
export type { PrepareEntities, Representation } from './entered-entities.ts';
export { byReference, type ResolvedByReference } from './entity-reference.ts';
export { requireVersion, versionConflict } from './expected-version.ts';
export { type GraphCall, type GraphExecutor, graphError } from './graph-executor.ts';
export { graphOperators, type IsOperator } from './graph-operators.ts';
export { openHttpGraph } from './http-graph.ts';
export { assertionHeader, clientAddressHeader, requestIdHeader } from './internal-headers.ts';
export { isIdPlace, listCursor, listPlace } from './list-cursor.ts';
export { asGraphQLError, maskError, maskResult, messageForCallers } from './masking.ts';
export { type NamedOperation, namedOperation } from './named-operation.ts';
export { notAnId } from './not-an-id.ts';
export {
  type OrderedListArguments,
  OrderedPage,
  type OrderedRequest,
  orderedRequest,
} from './ordered-list.ts';
export { allowanceOf, type FieldVerdict, nestedAllowance, verdictsOf } from './permissions.ts';
export { noWorkspaceId, type Principal } from './principal.ts';
export {
  maskedProblem,
  type Problem,
  type ProblemRequest,
  problemMediaType,
  problemOf,
  problemResponse,
  problemType,
  problemTypes,
  refusalHeaders,
} from './problem.ts';
export { createRefusalSink, type Refusal, type RefusalSink, whoWasRefused } from './refusal-sink.ts';
export {
  hasBody,
  openRequestStream,
  type RequestStream,
  type RequestStreamLimits,
} from './request-stream.ts';
export { type Grant, grants, isGrant, isRole, type Role, roleCovers, roles } from './roles.ts';
export { RowStreams, rowStreamLimits } from './row-streams.ts';
export { base64Scalar } from './scalars/base64.ts';
export { dateTimeScalar, isMoment, parseDateTime } from './scalars/date-time.ts';
export { checkJson, isStorableText, jsonLimits, jsonScalar } from './scalars/json.ts';
export { type ServedSubgraph, type ServeOptions, serveSubgraph } from './serve-subgraph.ts';
export { applyShield, type OnRefusal } from './shield.ts';
export {
  type StreamDoor,
  type StreamDoorRequest,
  type StreamDoorResponse,
  streamBodyLimitBytes,
} from './stream-door.ts';
export { textBytes } from './text-bytes.ts';
export { utf8Media } from './utf8-media.ts';
export { type Allowance, refusalOf } from './verdict.ts';
export {
  type ConditionOn,
  comparisonsOn,
  filterOfWhere,
  refusedWhere,
  type Where,
} from './where-conditions.ts';
