/**
 * `npm run test:engines`: starts each real engine that an adapter exists for, runs the suites of its ports against it, then the product and its main jobs on all of
 * them together, and says one line each. Names choose: `npm run test:engines -- redis product`. Skipped is only what this machine cannot have, with the reason.
 */
import { join } from 'node:path';
import { fail, prepare, root } from './prepare.mjs';
import { interruptTests, runTests } from './run-engine-tests.mjs';

/** Engines that the suites of another one stand on, beside those that it needs itself. */
const beside = { flink: ['postgres'], kafka: ['postgres'], mongo: ['postgres'], redis: ['postgres'] };
/** What the product on one takes besides, where this machine has it. */
const besideProduct = { spark: ['s3'] };
/** What the product stands on; an embedded engine takes the place of one that this machine cannot have. */
const productEngines = ['postgres', 'redis', 'kafka', 'mongo', 's3'];
/** Through which a product goes to engines where tests make the way slow, or cut it. */
const proxy = 'toxiproxy';
const product = 'product';
/** At night the ledgers kill more often, and of what runs on the set they run by themselves: `LEDGER_KILLS=20 npm run test:engines -- product flink spark` (.ci/nightly). */
const { LEDGER_KILLS } = process.env;

await prepare();
const built = join(root, 'deploy/engines/dist');
const { openRunEngines } = await import(join(built, 'run-engines.js'));
const { CannotProvision } = await import(join(built, 'cannot-provision.js'));
const { largeJourneys, ledgers, outages, suitesOf } = await import(join(built, 'engine-suites.js'));
const { inPlaceOf, noWayWithout, skippedOrFailed, told } = await import(join(built, 'test-outcome.js'));
const onTheSet = LEDGER_KILLS === undefined ? [ledgers, outages] : [ledgers];

const run = await openRunEngines((line) => process.stderr.write(`${line}\n`));
const withSuites = [...run.engines.names.filter((name) => name !== proxy), product];
const named = process.argv.slice(2);
const unknown = named.filter((name) => !withSuites.includes(name));
if (unknown.length > 0)
  fail(`There are no suites for ${unknown.join(', ')}; there are for ${withSuites.join(', ')}.`);

let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    interrupted = true;
    interruptTests(signal);
  });

const failed = [];
try {
  for (const name of named.length > 0 ? named : withSuites) {
    if (interrupted) break;
    const begunMs = performance.now();
    const outcome = name === product ? await productTested() : await engineTested(name);
    const seconds = Math.round((performance.now() - begunMs) / 1_000);
    process.stdout.write(`${name.padEnd(10)} ${outcome.line}; ${seconds} s in all\n`);
    if (outcome.failed) failed.push(name);
  }
} finally {
  await run[Symbol.asyncDispose]();
}
process.exit(failed.length > 0 || interrupted ? 1 : 0);

/** Starts one engine and what it needs, runs its suites, then the product on it, and stops them: the large ones would not fit beside each other. */
async function engineTested(name) {
  const suites = suitesOf(name, root);
  // No files would be all files.
  if (suites.length === 0) return { failed: true, line: 'FAILED: it has no suites' };
  const onProduct = suites.filter((file) => file.startsWith(`${largeJourneys}/`));
  try {
    const { title } = await run.engines.up(name);
    for (const each of beside[name] ?? []) await run.engines.up(each);
    const runs = [
      await runTests({
        project: 'engines',
        files: suites.filter((file) => !onProduct.includes(file)),
        settings: await settings(),
      }),
    ];
    if (onProduct.length === 0 || runs[0].why !== undefined || interrupted) return told(runs, title);
    const { titles, absent } = await startAll(besideProduct[name] ?? []);
    const between = await startAll([proxy]);
    // One after the other: some kill what the others stand on.
    runs.push(
      await runTests({ project: 'engines', files: onProduct, settings: await settings(), inTurn: true }),
    );
    return told(runs, `${[title, ...titles].join(', ')}${inPlaceOf(absent)}${noWayWithout(between.absent)}`);
  } catch (error) {
    return notStarted(error);
  } finally {
    await removeAll([...(beside[name] ?? []), ...(besideProduct[name] ?? []), name, proxy]);
  }
}

/** As tests are told where engines are. */
async function settings() {
  return { ...(await run.engines.settings()), TRIBUTARY_ENGINES_STATE: run.stateDir };
}

/** The product on all of them: the journeys of its main jobs as they are, then what it does while one engine after the other is killed. */
async function productTested() {
  try {
    const { titles, absent } = await startAll(productEngines);
    if (titles.length === 0) return { failed: false, line: `skipped: it has none of ${absent.join(', ')}` };
    const between = await startAll([proxy]);
    const on = { settings: await settings() };
    const runs = LEDGER_KILLS === undefined ? [await runTests({ project: 'set', ...on })] : [];
    // One after the other: both kill what the other stands on.
    for (const folder of onTheSet)
      if (runs.every(({ why }) => why === undefined) && !interrupted)
        runs.push(await runTests({ project: 'engines', files: [folder], ...on }));
    return told(runs, `${titles.join(', ')}${inPlaceOf(absent)}${noWayWithout(between.absent)}`);
  } catch (error) {
    return notStarted(error);
  } finally {
    await removeAll([...productEngines, proxy]);
  }
}

async function startAll(names) {
  const titles = [];
  const absent = [];
  for (const name of names)
    try {
      titles.push((await run.engines.up(name)).title);
    } catch (error) {
      if (!(error instanceof CannotProvision)) throw error;
      notStarted(error);
      absent.push(`${name} (${error.message})`);
    }
  return { titles, absent };
}

/** The line on what did not start. All that a tool said is above it. */
function notStarted(error) {
  if (error.cause !== undefined) process.stderr.write(`${error.cause.message}\n`);
  return skippedOrFailed(error);
}

async function removeAll(names) {
  for (const each of run.engines.withNeeds(names).toReversed()) await run.engines.remove(each);
}
