import { parseArgs } from 'node:util';
import type { EngineStatus, LocalEngines, Settings } from './local-engines.ts';
import { quoted } from './shell-words.ts';

export interface CommandDeps {
  readonly engines: LocalEngines;
  /** For people. */
  readonly say: (line: string) => void;
  /** For what is read by programs. */
  readonly print: (text: string) => void;
}

const usage = (
  engines: readonly string[],
): string => `npm run engines -- up NAME…      starts engines, fetching them the first time; --env prints export lines,
                                 as in eval "$(npm run -s engines -- up NAME --env)"
npm run engines -- down [NAME…]  stops them, all when none is named; --data deletes what they kept
npm run engines -- status        says what runs, what crashed, and where
npm run engines -- logs NAME     what an engine wrote since its start
Engines: ${engines.join(', ')}.`;

/** Does what the command line says. @throws Error with one sentence for people */
export async function runCommand(args: readonly string[], deps: CommandDeps): Promise<void> {
  const { positionals, values } = parseArgs({
    args: [...args],
    options: {
      env: { type: 'boolean', default: false },
      data: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
    allowPositionals: true,
  });
  if (values.help) return deps.print(`${usage(deps.engines.names)}\n`);
  const [command, ...names] = positionals;
  for (const name of names) deps.engines.recipe(name);
  if (command === 'up' && names.length > 0) return up(names, { ...deps, asExports: values.env });
  if (command === 'down') return down(names, { ...deps, withData: values.data });
  if (command === 'status' && names.length === 0) return status(deps);
  if (command === 'logs' && names.length === 1) return deps.print(await deps.engines.log(names[0] ?? ''));
  throw new Error(usage(deps.engines.names));
}

async function up(
  names: readonly string[],
  { engines, say, print, asExports }: CommandDeps & { readonly asExports: boolean },
): Promise<void> {
  const settings: Settings[] = [];
  for (const name of engines.withNeeds(names)) {
    const startedMs = performance.now();
    const engine = await engines.up(name);
    settings.push(engine.settings);
    say(line(engine, `ready after ${((performance.now() - startedMs) / 1_000).toFixed(1)} s`));
  }
  const lines = Object.entries(Object.assign({}, ...settings) as Settings);
  if (asExports) print(lines.map(([name, value]) => `export ${name}=${quoted(value)}\n`).join(''));
  else {
    print(lines.map(([name, value]) => `${name}=${value}\n`).join(''));
    say(`All that run are in ${engines.envFile}; npm start -- --profile local uses them.`);
  }
}

async function down(
  names: readonly string[],
  { engines, say, withData }: CommandDeps & { readonly withData: boolean },
): Promise<void> {
  const known = (await engines.status()).map(({ name }) => name);
  const chosen = names.length > 0 ? names : withData ? engines.names : known;
  for (const name of chosen) {
    const stopped = await engines.down(name);
    if (withData) await engines.remove(name);
    if (stopped || names.length > 0) say(`${name.padEnd(10)} ${stopped ? 'stopped' : 'was not running'}`);
  }
}

/** A crash makes it fail, so that scripts notice, and so does what stands still. */
async function status({ engines, print }: CommandDeps): Promise<void> {
  const all = await engines.status();
  print(all.length === 0 ? 'No engine was started.\n' : all.map((each) => `${line(each)}\n`).join(''));
  const namesIn = (of: EngineStatus['state']): string =>
    all
      .filter(({ state }) => state === of)
      .map(({ name }) => name)
      .join(', ');
  const [crashed, paused] = [namesIn('crashed'), namesIn('paused')];
  const told = [
    ...(crashed === '' ? [] : [`Crashed: ${crashed}; npm run engines -- logs NAME says why.`]),
    ...(paused === '' ? [] : [`Paused: ${paused}; npm run engines -- up NAME lets it go on.`]),
  ];
  if (told.length > 0) throw new Error(told.join(' '));
}

function line({ name, title, state, process, settings }: EngineStatus, what: string = state): string {
  return [name.padEnd(10), title, `(process ${process.pid})`, what, Object.values(settings)[0]].join('  ');
}
