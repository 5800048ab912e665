import { runCommand } from './command.ts';
import { engineFolders } from './config.ts';
import { LocalEngines } from './local-engines.ts';
import { recipes } from './recipes.ts';

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const engines = new LocalEngines(engineFolders(), { recipes, tell: say });

try {
  await runCommand(process.argv.slice(2), { engines, say, print: (text) => void process.stdout.write(text) });
} catch (error) {
  say((error as Error).message);
  process.exitCode = 1;
}
