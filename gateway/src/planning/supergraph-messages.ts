import type { SupergraphForms } from './supergraph-forms.ts';

/** A subgraph to compose. */
export interface ComposedService {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
}

export type ToReading =
  | { readonly kind: 'compose'; readonly services: readonly ComposedService[] }
  | { readonly kind: 'read'; readonly sdl: string; readonly isTrusted: boolean };

/** Why the subgraphs do not compose, or why the text is no supergraph. */
export interface ReadingFault {
  readonly kind: 'fault';
  readonly message: string;
}

export type FromReading =
  /** It runs, and takes questions. */
  | { readonly kind: 'begun' }
  | { readonly kind: 'composed'; readonly supergraphSdl: string }
  | { readonly kind: 'read'; readonly forms: SupergraphForms }
  | ReadingFault;
