import { stat } from 'node:fs/promises';

/** What files were like before they were read. Whoever compares later sees every change since, also one that fell between reading and watching. */
export class SeenFiles {
  readonly #marks = new Map<string, string>();
  #isTold = false;

  /** A part was told by who may tell another one, which no file shows. */
  get isTold(): boolean {
    return this.#isTold;
  }

  mayTellOtherwise(): void {
    this.#isTold = true;
  }

  get paths(): readonly string[] {
    return [...this.#marks.keys()];
  }

  /** To be awaited before the files are read. */
  async look(...paths: readonly string[]): Promise<void> {
    await Promise.all(paths.map(async (path) => this.#marks.set(path, await markOf(path))));
  }

  async haveChanged(): Promise<boolean> {
    const now = await Promise.all(
      [...this.#marks].map(async ([path, mark]) => (await markOf(path)) !== mark),
    );
    return now.includes(true);
  }
}

/** Editors and deployments replace files in many ways: each of them changes one of these. */
async function markOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join();
  } catch {
    return 'not there';
  }
}
