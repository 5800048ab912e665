import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { handWrittenSources, repositoryFiles, root, type SourceFile } from './sources.ts';

const sources = handWrittenSources();
const offenders = (holds: (file: SourceFile) => boolean): string[] =>
  sources.filter((file) => !holds(file)).map((file) => file.path);
const isTest = (path: string): boolean =>
  /(^tests\/|\/test\/|\.(test|conformance|journey|load)\.ts$|\/conformance[\w-]*\.ts$)/.test(path);
const isOfTests = (path: string): boolean => /\.fixture\.ts$/.test(path);

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

test('data is not cut into lines by readline, to which U+2028 ends one in some releases of Node', () => {
  const readline = /['"]node:readline/;
  expect(
    offenders(({ path, text }) => isTest(path) || isOfTests(path) || !readline.test(withoutComments(text))),
  ).toEqual([]);
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

/** What the tests themselves are made with, benchmarks, and this file. */
const notTests = /^tests\/(kit|architecture|load)\//;

test('no test is left out or the only one; one that a machine cannot run says in its name what it needs', () => {
  const lazy = /\b(it|test|describe)\.(only|todo|fails|skip)\b|\bskip\(\)/;
  // The condition, and then the name, or a name that is made with the reason.
  const conditional = /\b(?:it|test|describe)\.(?:skipIf|runIf)\((.*)\)\(\s*(['"`].*)/g;
  const silent = ({ text }: SourceFile): boolean =>
    [...text.matchAll(conditional)].some(([, , name = '']) => !/\(needs [^)]+\)|\$\{no[A-Z]\w*/.test(name));
  expect(
    offenders(
      (file) => notTests.test(file.path) || !isTest(file.path) || !(lazy.test(file.text) || silent(file)),
    ),
  ).toEqual([]);
});

/** Where the time that passes is what the test is about, and no clock of ours measures it. */
const timePasses = new Map([
  ['packages/engines/key-value/redis.engine.test.ts', 'keys end by the clock of the server'],
  ['packages/engines/object-store/s3.engine.test.ts', 'a body comes slower than a store may answer'],
  ['packages/engines/object-store/s3-heard-body.test.ts', 'a store, and a reader, rest'],
  ['subgraphs/jobs/test/kept-rights.test.ts', 'a job works until it is ended'],
  ['tests/journeys/import-ledger.journey.ts', 'a runner is killed at a random moment'],
  ['tests/journeys/ledger-writer.ts', 'writers go on, once a second, for as long as an engine takes'],
  ['tests/journeys/ledgers/ledger.engine.test.ts', 'an engine stands still for half a minute'],
  ['workers/job-runner/test/dag-ledger.test.ts', 'a runner is killed at a random moment'],
  ['workers/job-runner/test/ledger-runner.fixture.ts', 'jobs take their time'],
  ['workers/outbox-relay/test/relay.test.ts', 'a rest is as long as a look took'],
]);

test('no test sleeps, but where the time that passes is what it is about', () => {
  const asleep = /setTimeout\((resolve|done|r)\b|import \{ setTimeout\b[^}]*\} from 'node:timers\/promises'/;
  const sleeping = sources.filter(
    ({ path, text }) => isTest(path) && !notTests.test(path) && asleep.test(withoutComments(text)),
  );
  expect(sleeping.map(({ path }) => path).filter((path) => !timePasses.has(path))).toEqual([]);
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
