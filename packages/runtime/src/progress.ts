/** Tells who waits what for: answers what `work` answers. */
export type Progress = <Result>(step: string, work: Promise<Result>) => Promise<Result>;

/** A step that is done sooner is not worth a line. */
const momentMs = 1_000;

/** One line (`Loading the demo …`) on standard error for each step that takes longer than a moment. */
export const progress: Progress = async (step, work) => {
  const timer = setTimeout(() => process.stderr.write(`${step} …\n`), momentMs);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
};
