import { expect } from 'vitest';

/** What the product at this address says that it lacks: parts, and the engines behind them. */
export async function missingEngines(url: string): Promise<readonly string[]> {
  const answer = await fetch(`${url}/health/ready`);
  const body = (await answer.json()) as { status: string; missing?: readonly string[] };
  expect([answer.status, body.status]).toEqual(
    body.missing === undefined ? [200, 'ready'] : [503, 'not ready'],
  );
  return body.missing ?? [];
}
