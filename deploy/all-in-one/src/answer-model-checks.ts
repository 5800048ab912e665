import { modelRefusals } from '@tributary/data';
import type { DocumentStore } from '@tributary/engines/document-store';
import type { Relational } from '@tributary/engines/relational';
import { modelFiles } from '@tributary/schema';

/** The question of a process that would start this one anew: do the model files, as they are now, fit what is stored? */
const question = 'do the models fit';

/** Answers over the channel to the parent, while there is one: `{ refusals }`, empty when they fit. Changes what `modelRefusals` does, and ends nothing. */
export function answerModelChecks(engines: {
  readonly relational: Relational;
  readonly documents: DocumentStore;
}): AsyncDisposable {
  const refusalsNow = async (): Promise<readonly string[]> =>
    modelRefusals({ ...engines, modelFiles: modelFiles() });
  const answer = (message: unknown): void => {
    if (message !== question) return;
    refusalsNow()
      // What else is wrong, with the files as well, is told by the start itself.
      .catch(() => [])
      .then((refusals) => process.send?.({ refusals }));
  };
  process.on('message', answer);
  return {
    [Symbol.asyncDispose]: async () => {
      process.off('message', answer);
    },
  };
}
