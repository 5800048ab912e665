import { CannotProvision } from './cannot-provision.ts';

/** What one run of tests came to. */
export interface TestRun {
  readonly passed: number;
  readonly seconds: number;
  /** Why it counts as failed; absent when all passed. */
  readonly why?: string;
}

/** The line on one engine, without its name, and whether the whole run fails by it. */
export interface EngineOutcome {
  readonly failed: boolean;
  readonly line: string;
}

/** What vitest's report in JSON and its exit code mean: what did not run has not passed. */
export function outcomeOfReport(
  report: string | undefined,
  code: number | null,
): Pick<TestRun, 'passed' | 'why'> {
  let counted: Record<'numPassedTests' | 'numTotalTests' | 'numFailedTests', number>;
  try {
    counted = JSON.parse(report ?? '');
  } catch {
    return { passed: 0, why: `the tests ended with ${code} and no report` };
  }
  const { numPassedTests: passed, numTotalTests: all, numFailedTests: failed } = counted;
  const left = all - passed - failed;
  if (code === 0 && passed > 0 && left === 0) return { passed };
  if (failed + left > 0) return { passed, why: `${failed} of ${all} tests failed, ${left} did not run` };
  return {
    passed,
    why: `${passed === 0 ? 'there were no tests' : 'all tests passed'}, and it ended with ${code}`,
  };
}

export function told(runs: readonly TestRun[], on: string): EngineOutcome {
  const fault = runs.find(({ why }) => why !== undefined);
  if (fault !== undefined) return { failed: true, line: `FAILED (${fault.why}) on ${on}` };
  const passed = runs.reduce((sum, each) => sum + each.passed, 0);
  const seconds = runs.reduce((sum, each) => sum + each.seconds, 0);
  return { failed: false, line: `passed (${passed} tests, ${seconds.toFixed(1)} s) on ${on}` };
}

/** What this machine cannot have is skipped with the reason; what is there and does not start is a failure. */
export function skippedOrFailed(error: unknown): EngineOutcome {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof CannotProvision) return { failed: false, line: `skipped: ${message}` };
  return { failed: true, line: `FAILED to start: ${message}` };
}

/** The end of a line where engines are missing under the product. */
export function inPlaceOf(absent: readonly string[]): string {
  return absent.length === 0 ? '' : `, embedded engines in place of ${absent.join(', ')}`;
}

/** The same where what ways go through is missing: tests then leave out what they do to a way. */
export function noWayWithout(absent: readonly string[]): string {
  return absent.length === 0 ? '' : `, no way troubled without ${absent.join(', ')}`;
}
