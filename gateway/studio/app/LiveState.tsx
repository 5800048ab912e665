import { type ReactNode, useEffect, useState } from 'react';
import { useLive } from '../graph/use-live.ts';

type Connection = 'idle' | 'connecting' | 'live' | 'away';

const said: Readonly<Record<Connection, string>> = {
  idle: 'Not following anything',
  connecting: 'Connecting …',
  live: 'Live',
  away: 'Connection lost, coming back …',
};

/** Whether what moves on the page moves: the state of the one socket all subscriptions share. */
export function LiveState(): ReactNode {
  const live = useLive();
  const [state, setState] = useState<Connection>('idle');
  useEffect(() => {
    const stops = [
      live.on('connecting', (isRetry) => setState(isRetry ? 'away' : 'connecting')),
      live.on('connected', () => setState('live')),
      live.on('closed', (event) => setState(isGoodbye(event) ? 'idle' : 'away')),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [live]);
  return (
    <p className="live-state" data-state={state} role="status">
      {said[state]}
    </p>
  );
}

/** Closed by this side because nobody follows anything any more. */
function isGoodbye(event: unknown): boolean {
  return event instanceof CloseEvent && event.code === 1000;
}
