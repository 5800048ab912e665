import {
  DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES,
  defaultPrintOptions,
  printSchema,
  type Schema,
  Supergraph,
} from '@apollo/federation-internals';
import { assertValidSchema, buildASTSchema, type DocumentNode, Kind, parse } from 'graphql';
import { resolvableKeysFirst } from './resolvable-keys.ts';
import type { Steps } from './steps.ts';

/**
 * What a supergraph comes to when it is read and validated, which takes a second of a large one: texts, so that another process can do it. Each is in parts,
 * none of which takes long to parse.
 */
export interface SupergraphForms {
  readonly sdl: string;
  /** What clients see. */
  readonly api: readonly string[];
  /** All of it, with its directives. */
  readonly whole: readonly string[];
}

/** Apollo's list is of what its own gateway executes; this one executes what its planner plans. */
const supportedFeatures = new Set([
  ...DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES,
  'https://specs.apollo.dev/context/v0.1',
]);

/** Parsed in some milliseconds. */
const partChars = 16_384;

/** @throws Error when the text is no supergraph. */
export function builtSupergraph(sdl: string, { isTrusted }: { readonly isTrusted: boolean }): Supergraph {
  return supergraphOf(resolvableKeysFirst(sdl), !isTrusted);
}

export function supergraphOf(document: DocumentNode, isValidated: boolean): Supergraph {
  return Supergraph.build(document, { supportedFeatures, validateSupergraph: isValidated });
}

/** @throws Error when it has what GraphQL does not allow, and is not trusted. */
export function formsOf(
  sdl: string,
  supergraph: Supergraph,
  { isTrusted }: { readonly isTrusted: boolean },
): SupergraphForms {
  const parts = (schema: Schema, isHeldToTypes: boolean): readonly string[] =>
    partsOf(schema, { isTrusted, isHeldToTypes });
  // By the one operations are validated with; the other has what is of the composer alone.
  return { sdl, api: parts(supergraph.apiSchema(), true), whole: parts(supergraph.schema, false) };
}

interface Trust {
  readonly isTrusted: boolean;
  /** To the rules of types, beside those of texts. */
  readonly isHeldToTypes: boolean;
}

function partsOf(schema: Schema, { isTrusted, isHeldToTypes }: Trust): readonly string[] {
  const text = printSchema(schema, { ...defaultPrintOptions, mergeTypesAndExtensions: true });
  const document = parse(text);
  if (!isTrusted) {
    const built = buildASTSchema(document);
    if (isHeldToTypes) assertValidSchema(built);
  }
  const parts: string[] = [];
  let start = 0;
  for (const { loc } of document.definitions) {
    const end = loc?.end ?? start;
    if (end - start < partChars) continue;
    parts.push(text.slice(start, end));
    start = end;
  }
  if (start < text.trimEnd().length) parts.push(text.slice(start));
  return parts;
}

/** A supergraph that was read, as it is loaded from. */
export interface ReadSupergraph {
  readonly sdl: string;
  readonly document: DocumentNode;
  readonly apiDocument: DocumentNode;
}

export function* parsedForms({ sdl, whole, api }: SupergraphForms): Steps<ReadSupergraph> {
  return { sdl, document: yield* parsedParts(whole), apiDocument: yield* parsedParts(api) };
}

function* parsedParts(parts: readonly string[]): Steps<DocumentNode> {
  const definitions: DocumentNode['definitions'][number][] = [];
  for (const part of parts) {
    definitions.push(...parse(part, { noLocation: true }).definitions);
    yield;
  }
  return { kind: Kind.DOCUMENT, definitions };
}
