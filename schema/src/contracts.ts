import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The package's own folder; sources and build output lie one level below it. */
const root = new URL('../', import.meta.url);

/** Scalars and types that every subgraph shares. */
export function sharedTypeDefs(): string {
  return readFileSync(new URL('shared.graphql', root), 'utf8');
}

/** A contract file: its name without folder, and its text. */
export interface ContractFile {
  readonly name: string;
  readonly text: string;
}

/** The models of the demo workspace, one SDL file each. */
export function modelFiles(): readonly ContractFile[] {
  return filesIn('models/', '.graphql');
}

/** The saved operations behind the REST routes, one file each. */
export function restOperationFiles(): readonly ContractFile[] {
  return filesIn('operations/rest/', '.graphql');
}

/** The operations the README and the explorer show, in their order. */
export function exampleOperationFiles(): readonly ContractFile[] {
  return filesIn('operations/examples/', '.graphql');
}

/** The kinds of events applications may track, in SDL. */
export function trackingFiles(): readonly ContractFile[] {
  return filesIn('tracking/', '.graphql');
}

/** What is predicted of the demo's models, in SDL. */
export function predictionFiles(): readonly ContractFile[] {
  return filesIn('predictions/', '.graphql');
}

/** The operations that clients may send where only listed ones are executed; REST routes are ours and need not be among them. */
export function listedOperationFiles(): readonly ContractFile[] {
  return [...exampleOperationFiles(), ...filesIn('operations/listed/', '.graphql'), ...consoleOperations()];
}

/** What the console asks, as it sends it (written by `npm run codegen`); not what it makes of models as it meets them. */
function consoleOperations(): readonly ContractFile[] {
  const name = 'console.generated.json';
  const texts: unknown = JSON.parse(readFileSync(new URL(`operations/${name}`, root), 'utf8'));
  return (Array.isArray(texts) ? texts : []).map((text) => ({ name, text: String(text) }));
}

/** Metrics in files of their own, as extensions of models and events. */
export function metricFiles(): readonly ContractFile[] {
  return filesIn('metrics/', '.graphql');
}

/** Names in the graph that models cannot take, with the subgraph that has them. */
export interface PlatformNames {
  readonly types: Readonly<Record<string, string>>;
  /** By coordinate: `Query.runs`. */
  readonly fields: Readonly<Record<string, string>>;
}

/** What the subgraphs other than that of the models call their types and root fields (written by `npm run artefacts`). */
export function platformNames(): PlatformNames {
  const text = readFileSync(new URL('platform-names.generated.json', root), 'utf8');
  return JSON.parse(text) as PlatformNames;
}

/** The topics of the log, one JSON file each. */
export function topicFiles(): readonly ContractFile[] {
  return filesIn('events/', '.json');
}

function filesIn(folder: string, suffix: string): readonly ContractFile[] {
  const url = new URL(folder, root);
  return readdirSync(fileURLToPath(url))
    .filter((name) => name.endsWith(suffix))
    .sort()
    .map((name) => ({ name, text: readFileSync(new URL(name, url), 'utf8') }));
}
