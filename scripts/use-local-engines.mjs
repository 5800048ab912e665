import { join } from 'node:path';
import { fail, root } from './prepare.mjs';

/** Tells what is started next where the engines are that run on this machine; settings of the environment win. */
export async function useLocalEngines() {
  const { engineFolders } = await import(join(root, 'deploy/engines/dist/config.js'));
  const { LocalEngines } = await import(join(root, 'deploy/engines/dist/local-engines.js'));
  const { recipes } = await import(join(root, 'deploy/engines/dist/recipes.js'));
  const tell = (line) => process.stderr.write(`${line}\n`);
  const engines = new LocalEngines(engineFolders(), { recipes, tell });
  const running = await engines.status();
  const crashed = running.filter(({ state }) => state === 'crashed').map(({ name }) => name);
  // Without it the product would quietly stand on another database than yesterday.
  if (crashed.length > 0)
    fail(
      `Crashed since it was started: ${crashed.join(', ')}; npm run engines -- up ${crashed.join(' ')} starts it again.`,
    );
  const starting = running.filter(({ state }) => state === 'starting').map(({ name }) => name);
  if (starting.length > 0)
    fail(
      `Not ready yet, or interrupted as it started: ${starting.join(', ')}; npm run engines -- up ${starting.join(' ')} waits for it, or starts it again.`,
    );
  const settings = await engines.settings();
  for (const [name, value] of Object.entries(settings)) process.env[name] ||= value;
  tell(
    `Engines: ${running.length === 0 ? 'embedded ones alone' : running.map(({ title }) => title).join(', ')}.`,
  );
}
