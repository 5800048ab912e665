import { readFile } from 'node:fs/promises';
import { CodedError } from '@tributary/runtime';
import { type DocumentNode, GraphQLError, parse, validate } from 'graphql';
import { explainedPlan } from '../planning/explained.ts';
import { planText } from '../planning/plan-text.ts';
import { subgraphAddresses } from '../planning/subgraph-addresses.ts';
import { type LoadedSupergraph, loadSupergraph } from '../planning/supergraph.ts';
import type { ExplainArguments } from './arguments.ts';
import { SeenFiles } from './seen-files.ts';
import { defaultStandaloneSettings, readSettingsFile } from './settings-file.ts';
import { readSupergraph } from './supergraph-source.ts';
import { unknownNames } from './unknown-names.ts';

/** The plan of an operation, as text for people. @throws CodedError CONFIG_INVALID saying what is wrong with what was named. */
export async function explain({
  source,
  operation,
  name,
  variables,
  planner,
  config,
}: ExplainArguments): Promise<string> {
  const settings = config === undefined ? defaultStandaloneSettings : await readSettingsFile(config);
  const { overrideLabels } = settings;
  const sdl = await readSupergraph(source, new SeenFiles(), { settings });
  const text = await readFile(operation, 'utf8').catch((cause: unknown) => {
    throw new CodedError('CONFIG_INVALID', `The operation ${operation} cannot be read.`, { cause });
  });
  const supergraph = await told('That is no supergraph', async () =>
    loadSupergraph(sdl, { isTrusted: false, planner, isPlannedApart: true, overrideLabels }),
  );
  try {
    const subgraphs = subgraphAddresses(sdl).map((address) => address.name);
    const unknown = unknownNames(settings, { subgraphs, labels: supergraph.overrides.all });
    if (unknown !== undefined) throw unknown;
    return await told(operation, async () => {
      const document = valid(supergraph, parse(text));
      return planText(await explainedPlan(supergraph, { document, operationName: name, variables }));
    });
  } finally {
    await supergraph.planner.close?.();
  }
}

function valid({ apiSchema }: LoadedSupergraph, document: DocumentNode): DocumentNode {
  const faults = validate(apiSchema, document);
  if (faults.length > 0) throw new GraphQLError(faults.map(({ message }) => message).join('\n'));
  return document;
}

async function told<Value>(what: string, make: () => Promise<Value>): Promise<Value> {
  try {
    return await make();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CodedError('CONFIG_INVALID', `${what}: ${reason}`, { cause });
  }
}
