import { useEffect, useEffectEvent, useRef } from 'react';

/** Links to what is in a file are good for five minutes. */
const freshMs = 4 * 60_000;

/** Asks again before the links of a page run out, and where it was not looked at, when it is looked at again. */
export function useFreshLinks(reload: () => void): void {
  const askedAtMs = useRef(0);
  const ask = useEffectEvent(() => {
    if (document.visibilityState !== 'visible' || performance.now() - askedAtMs.current < freshMs) return;
    askedAtMs.current = performance.now();
    reload();
  });
  useEffect(() => {
    askedAtMs.current = performance.now();
    const look = (): void => ask();
    const timer = setInterval(look, freshMs / 8);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
}
