import { type ReactNode, useEffect, useRef, useState } from 'react';
import { usePaced } from '../elements/use-paced.ts';
import { type Happening, newsOf } from './happening.ts';

/** A screen reader needs some seconds for a sentence; whoever hears several a second hears none to its end. */
const waits = { soonMs: 1_000, everyMs: 8_000 };

/** Tells of new events whoever hears the page: how many came and what the last was, a sentence at a time. Held ones are not told of. */
export function HeardEvents({
  events,
  arrived,
  isHeld,
}: {
  /** The newest first. */
  readonly events: readonly Happening[];
  readonly arrived: number;
  readonly isHeld: boolean;
}): ReactNode {
  const told = useRef(0);
  const [news, setNews] = useState({ text: '', upTo: 0 });
  const tell = usePaced(() => {
    const text = isHeld ? '' : newsOf(events, arrived - told.current);
    told.current = arrived;
    setNews({ text, upTo: arrived });
  }, waits);
  useEffect(() => {
    if (arrived > told.current) tell();
  }, [arrived, tell]);
  return (
    <div role="status" aria-label="New events" className="only-heard">
      {/* Another element each time: the same words twice are two sentences. */}
      <p key={news.upTo}>{news.text}</p>
    </div>
  );
}
