import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { eventsSubscription } from '../generated/operations.ts';
import type { Refusal } from '../graph/refusal.ts';
import { useLive } from '../graph/use-live.ts';
import { type Happening, ofEvent } from './happening.ts';

export interface TailFilter {
  readonly topics: readonly string[];
  /** One entity, or with a `*` at its end all that begin so. */
  readonly subject: string | null;
}

/** The newest; what is older is in the audit log. */
const keptEvents = 300;
/** A flood is drawn a few times a second, not once an event. */
const drawEveryMs = 200;

/**
 * Follows topics of the log from now on, newest first. Each topic is a subscription of its own, which goes on from its cursor when the
 * connection was cut: nothing is missed and nothing comes twice. `onBegun` is called when one has its position: what was before is in the audit log.
 */
export function useEventTail(
  { topics, subject }: TailFilter,
  onBegun: () => void,
): {
  readonly events: readonly Happening[];
  /** How many came since it is followed, also those that are kept no more. */
  readonly arrived: number;
  readonly error: Refusal | undefined;
  readonly clear: () => void;
} {
  const live = useLive();
  const [events, setEvents] = useState<readonly Happening[]>([]);
  const [arrived, setArrived] = useState(0);
  const [error, setError] = useState<Refusal>();
  const begun = useEffectEvent(onBegun);
  const waiting = useRef<Happening[]>([]);
  const followed = topics.join();
  useEffect(() => {
    setError(undefined);
    setEvents([]);
    const stops = followed.split(',').map((topic) =>
      live.follow(
        eventsSubscription,
        { topic, subject },
        {
          begun: () => begun(),
          next: ({ events: event }) => {
            if (event !== null) waiting.current.push(ofEvent(event));
          },
          refused: setError,
        },
      ),
    );
    const drawing = setInterval(() => {
      const news = waiting.current;
      if (news.length === 0) return;
      waiting.current = [];
      setEvents((present) => [...news.toReversed(), ...present].slice(0, keptEvents));
      setArrived((count) => count + news.length);
    }, drawEveryMs);
    return () => {
      clearInterval(drawing);
      waiting.current = [];
      for (const stop of stops) stop();
    };
  }, [live, followed, subject]);
  return { events, arrived, error, clear: () => setEvents([]) };
}
