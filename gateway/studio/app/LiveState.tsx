import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { useLive } from '../graph/use-live.ts';

type Connection = 'idle' | 'connecting' | 'live' | 'away' | 'partly' | 'refused';

const said: Readonly<Record<Connection, string>> = {
  idle: 'Not following anything',
  connecting: 'Connecting …',
  live: 'Live',
  away: 'Connection lost, coming back …',
  partly: 'Not all of it is live, trying again …',
  refused: 'Not all of it is live',
};

/** Whether what moves on the page moves: the state of the one socket all subscriptions share, and of those that do not come over it. */
export function LiveState(): ReactNode {
  const live = useLive();
  const { waiting, refused } = useSyncExternalStore(live.subscribe, live.standstill);
  const [connection, setState] = useState<Connection>('idle');
  useEffect(() => {
    const stops = [
      live.socket.on('connecting', (isRetry) => setState(isRetry ? 'away' : 'connecting')),
      live.socket.on('connected', () => setState('live')),
      live.socket.on('closed', (event) => setState(isGoodbye(event) ? 'idle' : 'away')),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [live]);
  const isQuiet = connection === 'live' || connection === 'idle';
  const state = isQuiet && waiting > 0 ? 'partly' : isQuiet && refused > 0 ? 'refused' : connection;
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
