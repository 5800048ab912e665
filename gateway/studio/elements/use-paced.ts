import { useCallback, useEffect, useRef, useState } from 'react';
import { Pace } from './pace.ts';

/** The same work, done soon and at most every so often while the part is on the page; the work as it is when it is done. */
export function usePaced(
  work: () => void,
  waits: { readonly soonMs: number; readonly everyMs: number },
): () => void {
  const [pace] = useState(() => new Pace(waits));
  const latest = useRef(work);
  latest.current = work;
  useEffect(() => () => pace.stop(), [pace]);
  return useCallback(() => pace.tell(() => latest.current()), [pace]);
}
