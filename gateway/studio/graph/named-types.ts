import { type Exchange, formatDocument, makeOperation, mapExchange } from '@urql/core';
import type { DocumentNode } from 'graphql';

/** Asks for the type of every object, as a cache needs it and as operations are listed. */
export const namedTypes: Exchange = mapExchange({
  onOperation: (operation) => {
    // The console sends documents, none that a server keeps under an id.
    const query = formatDocument(operation.query) as DocumentNode;
    return makeOperation(operation.kind, { ...operation, query }, operation.context);
  },
});
