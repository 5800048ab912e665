import { CodedError } from '@tributary/runtime';
import type { StandaloneSettings } from './settings-file.ts';

interface GraphNames {
  readonly subgraphs: readonly string[];
  /** Of `@override`. */
  readonly labels: readonly string[];
}

/** What the settings name and the supergraph does not have: misspelt, most likely. Undefined when there is nothing. */
export function unknownNames(
  { subgraphs, overrideLabels }: Pick<StandaloneSettings, 'subgraphs' | 'overrideLabels'>,
  known: GraphNames,
): CodedError | undefined {
  const faults = [
    ...Object.keys(subgraphs)
      .filter((name) => !known.subgraphs.includes(name))
      .map((name) => `subgraphs.${name}: the supergraph has ${listed('subgraph', known.subgraphs)}`),
    ...overrideLabels
      .filter((label) => !known.labels.includes(label))
      .map((label) => `overrideLabels: ${label}: the supergraph has ${listed('label', known.labels)}`),
  ];
  if (faults.length === 0) return undefined;
  return new CodedError('CONFIG_INVALID', `The settings name what there is not: ${faults.join('; ')}.`);
}

function listed(what: string, names: readonly string[]): string {
  if (names.length === 0) return `no ${what} at all`;
  return `the ${what}${names.length === 1 ? '' : 's'} ${names.join(', ')}`;
}
