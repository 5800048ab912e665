/** Most versions of a model, most models of a workspace, and what the files of all its versions may take. */
export const registryLimits = { versions: 50, models: 100, bytes: 2_000_000_000, textChars: 500 } as const;

const namePattern = /^[a-z][a-z0-9-]{0,62}$/;

export function isModelName(name: string): boolean {
  return namePattern.test(name);
}

/** Which version is live, and which were before it, the latest last. */
export interface LiveVersions {
  readonly live: number | null;
  readonly before: readonly number[];
}

/** How many steps back a rollback can go. */
const remembered = 20;

export function promoted({ live, before }: LiveVersions, version: number): LiveVersions {
  if (live === version) return { live, before };
  const passed = retired({ live, before }).before;
  // What was retired and is promoted again is where a rollback starts from.
  return { live: version, before: passed.at(-1) === version ? passed.slice(0, -1) : passed };
}

/** None is live; a rollback goes back to the one that was. */
export function retired({ live, before }: LiveVersions): LiveVersions {
  return { live: null, before: live === null ? before : [...before, live].slice(-remembered) };
}

/** Without a version that is not live: a rollback passes over it. Two that were live in turn around it are one. */
export function withoutVersion({ live, before }: LiveVersions, version: number): LiveVersions {
  const left = before.filter((each) => each !== version);
  return { live, before: left.filter((each, at) => each !== (left[at + 1] ?? live)) };
}

/** Undefined when there is nothing to go back to. */
export function rolledBack({ before }: LiveVersions): LiveVersions | undefined {
  const live = before.at(-1);
  return live === undefined ? undefined : { live, before: before.slice(0, -1) };
}
