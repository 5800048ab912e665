import { type ParseArgsConfig, parseArgs } from 'node:util';
import { CodedError } from '@tributary/runtime';
import { isJsonObject } from '../execution/compiled/own-keys.ts';
import type { PlannerName } from '../planning/planner.ts';

export const usage = `Serves a federated graph of anyone's subgraphs at /graphql.

  npm run gateway -- --supergraph FILE [--port N] [--host ADDRESS] [--config FILE]
  npm run gateway -- --compose FILE    [--port N] [--host ADDRESS] [--config FILE]
  npm run gateway -- explain --supergraph FILE --operation FILE [--name NAME] [--variables JSON] [--planner hive|apollo] [--config FILE]

  --supergraph FILE  a composed supergraph in SDL; served anew whenever the file changes
  --compose FILE     subgraphs to compose, in YAML: their URLs, and where their SDL is
  --config FILE      how requests are treated, in YAML or JSON: docs/guides/gateway.md
  --port N           4000 when absent; 0 takes a free one
  --host ADDRESS     127.0.0.1 when absent: this machine alone
  --metrics-port N   /metrics for Prometheus and /health there, at the same address; METRICS_PORT when absent; else none

  explain            prints how an operation is answered: what is asked of which subgraph, in what order; with --config, under its overrideLabels
`;

export interface GatewayArguments {
  /** Exactly one of the two. */
  readonly source: { readonly supergraph: string } | { readonly compose: string };
  readonly config: string | undefined;
  readonly port: number;
  readonly host: string;
  readonly metricsPort: number | undefined;
}

export interface ExplainArguments {
  readonly source: GatewayArguments['source'];
  /** A file. */
  readonly operation: string;
  readonly name: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly planner: PlannerName;
  /** A settings file: of it, the labels in force count. */
  readonly config: string | undefined;
}

const options = {
  supergraph: { type: 'string' },
  compose: { type: 'string' },
  config: { type: 'string' },
  port: { type: 'string', default: '4000' },
  host: { type: 'string', default: '127.0.0.1' },
  'metrics-port': { type: 'string' },
} as const;

const explainOptions = {
  supergraph: { type: 'string' },
  compose: { type: 'string' },
  operation: { type: 'string' },
  name: { type: 'string' },
  variables: { type: 'string', default: '{}' },
  planner: { type: 'string', default: 'hive' },
  config: { type: 'string' },
} as const;

/** @throws CodedError CONFIG_INVALID saying what is wrong, with the usage. */
export function readArguments(given: readonly string[]): GatewayArguments {
  const { supergraph, compose, config, port, host, ...more } = parsed(given, options);
  const metricsPort = more['metrics-port'];
  return {
    source: sourceOf(supergraph, compose),
    config,
    port: portOf('--port', port),
    host,
    metricsPort: metricsPort === undefined ? undefined : portOf('--metrics-port', metricsPort),
  };
}

/** What follows `explain`. @throws CodedError CONFIG_INVALID saying what is wrong, with the usage. */
export function readExplainArguments(given: readonly string[]): ExplainArguments {
  const { supergraph, compose, operation, name, variables, planner, config } = parsed(given, explainOptions);
  if (operation === undefined) throw misused('Give --operation FILE.');
  if (planner !== 'hive' && planner !== 'apollo') throw misused('--planner is hive or apollo.');
  return {
    source: sourceOf(supergraph, compose),
    operation,
    name,
    variables: variablesOf(variables),
    planner,
    config,
  };
}

function sourceOf(supergraph: string | undefined, compose: string | undefined): GatewayArguments['source'] {
  if ((supergraph === undefined) === (compose === undefined))
    throw misused('Give either --supergraph FILE or --compose FILE.');
  return supergraph === undefined ? { compose: compose ?? '' } : { supergraph };
}

function portOf(argument: string, text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw misused(`${argument} is a whole number from 0 to 65535.`);
}

function variablesOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const variables: unknown = JSON.parse(text);
    if (isJsonObject(variables)) return variables;
  } catch {
    // Said below.
  }
  throw misused('--variables is an object in JSON.');
}

function parsed<Options extends NonNullable<ParseArgsConfig['options']>>(
  given: readonly string[],
  known: Options,
) {
  try {
    return parseArgs({ args: [...given], options: known }).values;
  } catch (error) {
    throw misused(
      error instanceof Error ? `${error.message.split('. ')[0]}.` : 'The arguments cannot be read.',
    );
  }
}

function misused(sentence: string): CodedError {
  return new CodedError('CONFIG_INVALID', `${sentence}\n\n${usage}`);
}
