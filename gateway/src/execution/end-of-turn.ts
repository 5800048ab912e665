let ending: Promise<void> | undefined;

/** Resolves when all that came with this turn of the event loop has been done, and before anything else comes: once for all who ask in one turn. */
export function endOfTurn(): Promise<void> {
  ending ??= new Promise((resolve) => {
    process.nextTick(() => {
      ending = undefined;
      resolve();
    });
  });
  return ending;
}
