import { useContext, useEffect, useEffectEvent } from 'react';
import type { Refusal } from '../graph/refusal.ts';
import { LiveContext } from '../graph/use-live.ts';

const everyMs = 10_000;

/**
 * Asks again by itself where that may help: when the socket is back, since then the gateway is, and now and then, since a part behind the gateway may come
 * back without the socket ever having been gone. A tab that nobody looks at waits.
 */
export function useRetryAfterOutage({ retryable }: Refusal, onRetry: (() => void) | undefined): void {
  const live = useContext(LiveContext);
  const retry = useEffectEvent(() => {
    if (document.visibilityState === 'visible') onRetry?.();
  });
  const waits = retryable && onRetry !== undefined;
  useEffect(() => {
    if (!waits) return;
    const timer = setInterval(() => retry(), everyMs);
    const stop = live?.socket.on('connected', () => retry());
    return () => {
      clearInterval(timer);
      stop?.();
    };
  }, [waits, live]);
}
