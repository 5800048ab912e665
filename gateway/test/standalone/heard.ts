/** Remembers everything a subscription of a stock client comes to. */
export function heard() {
  const all = { payloads: [] as unknown[], errors: [] as unknown[], isComplete: false };
  const sink = {
    next: (payload: unknown) => void all.payloads.push(payload),
    error: (error: unknown) => void all.errors.push(error),
    complete: () => {
      all.isComplete = true;
    },
  };
  return { all, sink };
}
