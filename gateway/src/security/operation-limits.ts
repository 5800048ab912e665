import { CodedError } from '@tributary/runtime';
import { type DocumentNode, Kind, type OperationDefinitionNode } from 'graphql';
import type { OperationLimits } from '../config.ts';
import { literalValues } from './literal-values.ts';
import { DocumentShapes, type OperationShape } from './operation-shape.ts';
import { mostRepeated } from './repeated-keys.ts';

/** Deep enough for the introspection queries of graphql-js (nine `ofType`), GraphiQL and code generators. */
const introspectionDepthLimit = 20;

/**
 * The first limit a document breaks, looked at before validation: some validation rules take time that grows with the square of
 * what is counted here. Every operation in the document is held to the limits, whichever is to run.
 */
export function brokenLimit(document: DocumentNode, limits: OperationLimits): CodedError | undefined {
  const operations = document.definitions.filter(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (operations.length > limits.rootFields)
    return tooComplex('operations', operations.length, limits.rootFields);
  const shapes = new DocumentShapes(document);
  for (const operation of operations) {
    const broken = brokenBy(shapes.of(operation), limits);
    if (broken !== undefined) return broken;
  }
  const variables = operations.reduce(
    (count, operation) => count + (operation.variableDefinitions?.length ?? 0),
    0,
  );
  if (variables > limits.aliases) return tooComplex('variables', variables, limits.aliases);
  return (
    fragmentsBroken(document, shapes, limits) ??
    repetitionsBroken(document, limits) ??
    literalsBroken(document, limits)
  );
}

/** Values in the text are held to what variables are, and to what planning pays for them. */
function literalsBroken(
  document: DocumentNode,
  { variableDepth, variableValues }: OperationLimits,
): CodedError | undefined {
  const { depth, weight } = literalValues(document, { depth: variableDepth, weight: variableValues });
  if (depth > variableDepth)
    return new CodedError('BAD_USER_INPUT', `A value is nested deeper than ${variableDepth} levels.`, {
      details: { limit: variableDepth },
    });
  if (weight <= variableValues) return undefined;
  const message =
    'The operation holds too many values in lists of lists. Hand them over as a variable, which costs no planning.';
  return new CodedError('OPERATION_TOO_COMPLEX', message, {
    details: { what: 'values', limit: variableValues },
  });
}

function brokenBy(shape: OperationShape, limits: OperationLimits): CodedError | undefined {
  if (shape.depth > limits.depth || shape.introspectionDepth > introspectionDepthLimit) {
    return new CodedError(
      'OPERATION_TOO_DEEP',
      `The operation is nested deeper than ${limits.depth} levels.`,
      {
        details: { limit: limits.depth, depth: Math.max(shape.depth, shape.introspectionDepth) },
      },
    );
  }
  if (shape.fields > limits.fields) return tooComplex('fields', shape.fields, limits.fields);
  if (shape.aliases > limits.aliases) return tooComplex('aliases', shape.aliases, limits.aliases);
  if (shape.directives > limits.directives)
    return tooComplex('directives', shape.directives, limits.directives);
  if (shape.rootFields > limits.rootFields)
    return tooComplex('rootFields', shape.rootFields, limits.rootFields);
  return undefined;
}

/** Fragments nobody spreads are in no operation's shape, but the validator looks at them too. */
function fragmentsBroken(
  document: DocumentNode,
  shapes: DocumentShapes,
  limits: OperationLimits,
): CodedError | undefined {
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  if (fragments.length > limits.aliases) return tooComplex('fragments', fragments.length, limits.aliases);
  for (const fragment of fragments) {
    const { depth, ...shape } = shapes.of(fragment);
    const broken = brokenBy({ ...shape, depth: Math.min(depth, limits.depth) }, limits);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

function repetitionsBroken(document: DocumentNode, limits: OperationLimits): CodedError | undefined {
  const most = mostRepeated(document);
  return most > limits.repeats ? tooComplex('repetitions of one field', most, limits.repeats) : undefined;
}

function tooComplex(what: string, count: number, limit: number): CodedError {
  return new CodedError(
    'OPERATION_TOO_COMPLEX',
    `The operation has too many ${what}: ${count} where ${limit} are allowed.`,
    {
      details: { what, count, limit },
    },
  );
}

/** Refuses variables nested too deep, of too many values, or with numbers that no request can carry, without recursion of its own. */
export function brokenVariables(
  variables: Readonly<Record<string, unknown>>,
  { variableDepth, variableValues }: OperationLimits,
): CodedError | undefined {
  // The values of a level, and beside each whose it is: lists, since a bulk of a thousand inputs has ten thousand of them.
  let names = Object.keys(variables);
  let level = Object.values(variables);
  let values = 0;
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > variableDepth) {
      return new CodedError(
        'BAD_USER_INPUT',
        `The variables are nested deeper than ${variableDepth} levels.`,
        {
          details: { limit: variableDepth },
        },
      );
    }
    values += level.length;
    if (values > variableValues) {
      return new CodedError('PAYLOAD_TOO_LARGE', `The variables hold more than ${variableValues} values.`, {
        details: { limit: variableValues },
      });
    }
    const namesBelow: string[] = [];
    const below: unknown[] = [];
    for (let at = 0; at < level.length; at += 1) {
      const value = level[at];
      const name = names[at] ?? '';
      // JSON.parse reads 1e999 as Infinity, and JSON.stringify would hand it on as null.
      if (typeof value === 'number' && !Number.isFinite(value))
        return new CodedError('BAD_USER_INPUT', `A number in $${name} is beyond the range of a number.`, {
          details: { variable: name },
        });
      if (typeof value !== 'object' || value === null) continue;
      for (const inner of Object.values(value)) {
        namesBelow.push(name);
        below.push(inner);
      }
    }
    names = namesBelow;
    level = below;
  }
  return undefined;
}
