import { CodedError, type ErrorCode } from '@tributary/runtime';

const codes: ReadonlyMap<number, ErrorCode> = new Map([
  [401, 'UNAUTHENTICATED'],
  [403, 'FORBIDDEN'],
  [413, 'PAYLOAD_TOO_LARGE'],
  [429, 'RATE_LIMITED'],
]);

/**
 * A subgraph, or what stands before it, would not have this request (HTTP 4xx), and said so without a GraphQL answer: that is about who asked, or what, and
 * says nothing of others.
 */
export class RefusedBySubgraph extends CodedError {
  constructor(subgraph: string, status: number) {
    super(codes.get(status) ?? 'SUBGRAPH_UNAVAILABLE', `${subgraph} refused the request (HTTP ${status}).`);
  }
}
