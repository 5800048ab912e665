/** Resolves when all that came with this turn of the event loop has been done, and before anything else comes. */
export function endOfTurn(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
