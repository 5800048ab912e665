import { channel } from 'node:diagnostics_channel';
import type { Reporter, TestModule, TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** Journeys take longest, and a long file that begins last leaves a core idle; the hundreds of short ones of the parts fill the gaps. */
const order = ['set', 'split', 'product', 'parts'];

export class LongestProjectsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ project }: TestSpecification): number => order.indexOf(project.name);
    return sorted.sort((a, b) => place(a) - place(b));
  }
}

/** Where the name of a project is told when the last of its files has ended. Setups are loaded apart from the configuration, in the same process. */
export const projectEnded = 'tributary.project-ended';

/** Says which projects have ended, so that what they share need not run, and poll, until the last test of all. */
export class TellsEndedProjects implements Reporter {
  readonly #left = new Map<string, number>();

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.#left.clear();
    for (const { project } of specifications)
      this.#left.set(project.name, (this.#left.get(project.name) ?? 0) + 1);
  }

  onTestModuleEnd({ project }: TestModule): void {
    const left = (this.#left.get(project.name) ?? 0) - 1;
    this.#left.set(project.name, left);
    if (left === 0) channel(projectEnded).publish(project.name);
  }
}
