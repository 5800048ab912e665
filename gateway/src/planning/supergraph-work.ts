import { composed } from '@tributary/schema/compose';
import { type DocumentNode, parse } from 'graphql';
import { builtSupergraph, formsOf } from './supergraph-forms.ts';
import type { ComposedService, FromReading, ReadingFault, ToReading } from './supergraph-messages.ts';

/** Composes, or reads what was composed: seconds of work for a large graph, wherever it is done. */
export function supergraphWork(asked: ToReading): FromReading {
  try {
    if (asked.kind === 'compose') return composition(asked.services);
    const { sdl, isTrusted } = asked;
    return { kind: 'read', forms: formsOf(sdl, builtSupergraph(sdl, { isTrusted }), { isTrusted }) };
  } catch (error) {
    return fault(error instanceof Error ? error.message : String(error));
  }
}

function composition(services: readonly ComposedService[]): FromReading {
  const parsed: { readonly name: string; readonly url: string; readonly typeDefs: DocumentNode }[] = [];
  for (const { name, url, sdl } of services) {
    try {
      parsed.push({ name, url, typeDefs: parse(sdl) });
    } catch (error) {
      return fault(`The SDL of ${name} cannot be read: ${error instanceof Error ? error.message : error}`);
    }
  }
  const { supergraphSdl, errors } = composed(parsed);
  if (errors === undefined) return { kind: 'composed', supergraphSdl };
  return fault(`The subgraphs do not compose:\n${errors.map(({ message }) => message).join('\n')}`);
}

function fault(message: string): ReadingFault {
  return { kind: 'fault', message };
}
