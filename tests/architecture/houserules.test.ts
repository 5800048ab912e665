import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { handWrittenSources, repositoryFiles, root, type SourceFile } from './sources.ts';

const sources = handWrittenSources();
const offenders = (holds: (file: SourceFile) => boolean): string[] =>
  sources.filter((file) => !holds(file)).map((file) => file.path);
const isTest = (path: string): boolean =>
  /(^tests\/|\/test\/|\.(test|conformance|journey|load)\.ts$|\/conformance\.ts$)/.test(path);

test('no hand-written file is over 300 lines', () => {
  expect(offenders(({ text }) => text.split('\n').length <= 301)).toEqual([]);
});

test('files and folders are named by meaning, in kebab-case, and there is no drawer', () => {
  const drawer = /(^|\/)(utils?|helpers?|common|misc|types|shared-types|base|manager)(\/|\.[mc]?tsx?$)/i;
  expect(offenders(({ path }) => !drawer.test(path))).toEqual([]);
  // Resolver files carry the name of their field or type in the schema; React components the name of what they show.
  const ownName = /\/resolvers\/|^gateway\/studio\//;
  const kebab = /^[a-z0-9.-]+$/;
  expect(offenders(({ path }) => ownName.test(path) || kebab.test(path.split('/').at(-1) ?? ''))).toEqual([]);
});

test('there is no index file below a package root', () => {
  expect(offenders(({ path }) => !/\/src\/.+\/index\.tsx?$/.test(path))).toEqual([]);
});

test('the environment is read in config.ts only', () => {
  const allowed = (path: string): boolean =>
    /(^|\/)config\.ts$/.test(path) || isTest(path) || /^scripts\/|\.config\.ts$/.test(path);
  expect(offenders(({ path, text }) => allowed(path) || !/process\.env/.test(withoutComments(text)))).toEqual(
    [],
  );
});

test('nothing switches the type checker off', () => {
  const loophole = /@ts-(ignore|nocheck|expect-error)|: any\b|\bas any\b|<any>/;
  const selfTest = /^tests\/architecture\//;
  expect(
    offenders(
      ({ path, text }) =>
        selfTest.test(path) ||
        !loophole.test(withoutComments(text)) ||
        /biome-ignore lint\/suspicious\/noExplicitAny: /.test(text),
    ),
  ).toEqual([]);
});

test('no test sleeps, is skipped, or is the only one', () => {
  const lazy = /\b(it|test|describe)\.(only|todo)\b|setTimeout\((resolve|done|r)\b/;
  const kit = /^tests\/(kit|architecture|load)\//;
  expect(offenders(({ path, text }) => kit.test(path) || !isTest(path) || !lazy.test(text))).toEqual([]);
});

test('a main.ts only wires: at most 40 lines', () => {
  expect(
    offenders(({ path, text }) => !/\/main\.ts$/.test(path) || text.trimEnd().split('\n').length <= 40),
  ).toEqual([]);
});

test('every package, subgraph and worker that holds code says what it promises in a README', () => {
  const files = new Set(repositoryFiles());
  /** Room made for a part that is still to come: an entry that exports nothing promises nothing. */
  const isEmpty = (room: string): boolean =>
    sources.filter(({ path }) => path.startsWith(room)).every(({ text }) => text.trim() === 'export {};');
  const rooms = [...files].filter((path) =>
    /^((packages|subgraphs|workers)\/[^/]+|gateway|schema|prisma|deploy\/all-in-one)\/package\.json$/.test(
      path,
    ),
  );
  const silent = rooms
    .filter((path) => !isEmpty(path.replace('package.json', '')))
    .map((path) => path.replace('package.json', 'README.md'))
    .filter((path) => !files.has(path));
  expect(silent).toEqual([]);
});

test('the top level holds what the layout names, and nothing else', () => {
  const known = new Set([
    '.ci',
    'deploy',
    'docs',
    'gateway',
    'packages',
    'prisma',
    'schema',
    'scripts',
    'subgraphs',
    'tests',
    'workers',
  ]);
  const folders = new Set(
    repositoryFiles()
      .filter((path) => path.includes('/'))
      .map((path) => path.split('/')[0] ?? ''),
  );
  expect([...folders].filter((folder) => !known.has(folder))).toEqual([]);
});

test('dependencies are locked to exact versions', () => {
  const manifests = repositoryFiles().filter((path) => path.endsWith('package.json'));
  expect(manifests.length).toBeGreaterThan(10);
  const loose = sourcesOf(manifests).flatMap(({ path, text }) => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(text) as Record<
      string,
      Record<string, string> | undefined
    >;
    return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
      .filter(([, range]) => !/^(npm:[^@]+@)?\d+\.\d+\.\d+([-.][\w.]+)?$/.test(range))
      .map(([name, range]) => `${path}: ${name} ${range}`);
  });
  expect(loose).toEqual([]);
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '');
}

function sourcesOf(paths: readonly string[]): readonly SourceFile[] {
  return paths.map((path) => ({ path, text: readFileSync(`${root}${path}`, 'utf8') }));
}
