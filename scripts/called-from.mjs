import { resolve } from 'node:path';

/**
 * The folder in which somebody called `npm run NAME`: npm runs scripts in the repository's own, from wherever below it or with `--prefix`, and says where it was itself.
 * Called without npm it is the working folder.
 */
export function calledFrom(name, { env, folder, root }) {
  const isOfNpm = env.npm_lifecycle_event === name && resolve(folder) === resolve(root);
  return isOfNpm && env.INIT_CWD ? env.INIT_CWD : folder;
}
