import type { PageAccess } from '../http/cross-origin.ts';

/** What clients of GraphQL send besides, whether it is handed on or not. */
const understood = [
  'content-type',
  'authorization',
  'apollo-require-preflight',
  'apollographql-client-name',
  'apollographql-client-version',
  'x-apollo-operation-name',
  'traceparent',
  'tracestate',
];

/** Pages may send what is handed on to a subgraph; cookies too where they are, which browsers send only if both sides say so. */
export function pageAccess(forwardedNames: readonly string[]): PageAccess {
  const named = forwardedNames.filter((name) => name !== 'cookie');
  return {
    sends: [...new Set([...understood, ...named])].join(', '),
    reads: 'retry-after',
    methods: 'GET, POST',
    withCredentials: forwardedNames.includes('cookie'),
  };
}
