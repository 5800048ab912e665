import type { Fetcher } from '@graphiql/toolkit';
import { type DocumentNode, parse } from 'graphql';

/**
 * Asks what is written now. The editor tells its text at once, but which operations are in it only a moment later: whoever opens an operation and runs
 * it at once would name the one that was there before, and a subscription would go the way of a query.
 */
export function asWritten(fetcher: Fetcher): Fetcher {
  return (params, options) => {
    const documentAST = parsed(params.query);
    if (documentAST === undefined) return fetcher(params, options);
    const operationName = nameAmong(documentAST, params.operationName);
    return fetcher({ ...params, operationName }, { ...options, documentAST });
  };
}

/** Undefined for what is no document: the graph tells why. */
function parsed(text: string): DocumentNode | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** The name asked for, if the document has it; of a single operation its own; else none, and the graph tells that one is to be chosen. */
function nameAmong({ definitions }: DocumentNode, asked: string | null | undefined): string | null {
  const names = definitions.flatMap((each) =>
    each.kind === 'OperationDefinition' ? [each.name?.value] : [],
  );
  if (typeof asked === 'string' && names.includes(asked)) return asked;
  return names.length === 1 ? (names[0] ?? null) : null;
}
