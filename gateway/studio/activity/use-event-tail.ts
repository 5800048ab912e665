import type { CombinedError } from '@urql/core';
import { useEffect, useRef, useState } from 'react';
import { useClient } from 'urql';
import { eventsSubscription } from '../generated/operations.ts';
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
 * connection was cut: nothing is missed and nothing comes twice.
 */
export function useEventTail({ topics, subject }: TailFilter): {
  readonly events: readonly Happening[];
  readonly error: CombinedError | undefined;
  readonly clear: () => void;
} {
  const client = useClient();
  const [events, setEvents] = useState<readonly Happening[]>([]);
  const [error, setError] = useState<CombinedError>();
  const waiting = useRef<Happening[]>([]);
  const followed = topics.join();
  useEffect(() => {
    setError(undefined);
    setEvents([]);
    const subscriptions = followed.split(',').map((topic) =>
      client.subscription(eventsSubscription, { topic, subject }).subscribe((result) => {
        if (result.error !== undefined) setError(result.error);
        const event = result.data?.events;
        if (event !== undefined && event !== null) waiting.current.push(ofEvent(event));
      }),
    );
    const drawing = setInterval(() => {
      const arrived = waiting.current;
      if (arrived.length === 0) return;
      waiting.current = [];
      setEvents((present) => [...arrived.toReversed(), ...present].slice(0, keptEvents));
    }, drawEveryMs);
    return () => {
      clearInterval(drawing);
      waiting.current = [];
      for (const subscription of subscriptions) subscription.unsubscribe();
    };
  }, [client, followed, subject]);
  return { events, error, clear: () => setEvents([]) };
}
