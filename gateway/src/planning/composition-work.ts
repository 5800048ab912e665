import { composed } from '@tributary/schema/compose';
import { type DocumentNode, parse } from 'graphql';
import type { ComposedService, FromReading } from './supergraph-messages.ts';

/** Apart from what reads: what composes takes megabytes, and most processes never do. */
export function composition(services: readonly ComposedService[]): FromReading {
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

function fault(message: string): FromReading {
  return { kind: 'fault', message };
}
