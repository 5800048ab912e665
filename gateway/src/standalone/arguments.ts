import { parseArgs } from 'node:util';
import { CodedError } from '@tributary/runtime';

export const usage = `Serves a federated graph of anyone's subgraphs at /graphql.

  npm run gateway -- --supergraph FILE [--port N] [--host ADDRESS] [--config FILE]
  npm run gateway -- --compose FILE    [--port N] [--host ADDRESS] [--config FILE]

  --supergraph FILE  a composed supergraph in SDL; served anew whenever the file changes
  --compose FILE     subgraphs to compose, in YAML: their URLs, and where their SDL is
  --config FILE      how requests are treated, in YAML or JSON: docs/guides/gateway.md
  --port N           4000 when absent; 0 takes a free one
  --host ADDRESS     127.0.0.1 when absent: this machine alone
`;

export interface GatewayArguments {
  /** Exactly one of the two. */
  readonly source: { readonly supergraph: string } | { readonly compose: string };
  readonly config: string | undefined;
  readonly port: number;
  readonly host: string;
}

const options = {
  supergraph: { type: 'string' },
  compose: { type: 'string' },
  config: { type: 'string' },
  port: { type: 'string', default: '4000' },
  host: { type: 'string', default: '127.0.0.1' },
} as const;

/** @throws CodedError CONFIG_INVALID saying what is wrong, with the usage. */
export function readArguments(given: readonly string[]): GatewayArguments {
  const { supergraph, compose, config, port, host } = parsed(given);
  if ((supergraph === undefined) === (compose === undefined))
    throw misused('Give either --supergraph FILE or --compose FILE.');
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw misused('--port is a whole number from 0 to 65535.');
  return {
    source: supergraph === undefined ? { compose: compose ?? '' } : { supergraph },
    config,
    port: Number(port),
    host,
  };
}

function parsed(given: readonly string[]) {
  try {
    return parseArgs({ args: [...given], options }).values;
  } catch (error) {
    throw misused(
      error instanceof Error ? `${error.message.split('. ')[0]}.` : 'The arguments cannot be read.',
    );
  }
}

function misused(sentence: string): CodedError {
  return new CodedError('CONFIG_INVALID', `${sentence}\n\n${usage}`);
}
