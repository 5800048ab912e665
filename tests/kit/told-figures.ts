import { expect, TestRunner } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** What this test measured; `npm run test:engines` says it. */
    figure?: string;
  }
}

/** Has `npm run test:engines` say what the running test measured, whether it passes or not. */
export function tellFigure(figure: string): void {
  const running = TestRunner.getCurrentTest();
  expect(running, 'a running test').toBeDefined();
  if (running !== undefined) running.meta.figure = figure;
}
