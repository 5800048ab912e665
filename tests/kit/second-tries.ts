import type { Reporter, TestCase } from 'vitest/node';

/**
 * What fails is tried once more where a change waits for the outcome, and named. Not what is generated: a counterexample that comes up once is
 * true (fast-check begins its message so). Ledgers of kills at random moments say `retry: 0` themselves.
 */
export const oneMoreTry = { count: 1, condition: /^(?!Property failed)/ };

/** Names the tests that passed only when they were tried again, at the end, where they are seen. */
export class NamesSecondTries implements Reporter {
  readonly #names: string[] = [];

  onTestRunStart(): void {
    this.#names.length = 0;
  }

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky === true)
      this.#names.push(`${test.module.relativeModuleId} > ${test.fullName}`);
  }

  onTestRunEnd(): void {
    if (this.#names.length === 0) return;
    process.stdout.write(
      `\nPassed only when tried again; find out why:\n${this.#names.map((name) => `  ${name}\n`).join('')}`,
    );
  }
}
