import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const suffix = '.engine.test.ts';
/** The product on one engine, for which the others leave no room. */
export const largeJourneys = 'tests/journeys/large-engines';
/** What an engine has suites in, by its name. */
const withNames = ['packages/engines', 'deploy/log/test', largeJourneys];
/** What stands on all engines at once. */
export const ledgers = 'tests/journeys/ledgers';
export const outages = 'tests/journeys/real-engines';

/** `<port>/<engine>.engine.test.ts`, what is about the engine itself, in a folder of its name, and the product on one that the others leave no room for: paths below `root`. */
export function suitesOf(name: string, root: string): readonly string[] {
  return withNames.flatMap((folder) =>
    engineTestsIn(folder, root).filter(
      (file) =>
        `/${file.slice(folder.length + 1)}`.startsWith(`/${name}/`) || file.endsWith(`/${name}${suffix}`),
    ),
  );
}

/** Every file below a folder of `root` that is only run where a real engine is. */
export function engineTestsIn(folder: string, root: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith(suffix) && !/\/(node_modules|dist)\//.test(file));
}
