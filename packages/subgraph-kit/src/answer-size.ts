/** Of what a subgraph sends: as much as the gateway writes into an answer. */
export const maxResultBytes = 32 * 1024 * 1024;

/**
 * Whether a result's texts alone are larger, looked at before any of it is written: one long text that an operation has a thousand times is one string here and a
 * thousand in JSON.
 */
export function isTooLarge(result: unknown, mostBytes = maxResultBytes): boolean {
  let left = mostBytes;
  const weigh = (value: unknown): void => {
    if (typeof value === 'string') left -= value.length;
    else if (Array.isArray(value)) for (let at = 0; at < value.length && left >= 0; at += 1) weigh(value[at]);
    else if (typeof value === 'object' && value !== null) {
      for (const key in value) {
        left -= key.length;
        if (left < 0) return;
        weigh((value as Record<string, unknown>)[key]);
      }
    }
  };
  weigh(result);
  return left < 0;
}
