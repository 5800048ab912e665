import { createHash } from 'node:crypto';
import type { Principal } from '@tributary/subgraph-kit';
import type { FlightInput } from './dataset.ts';
import type { GraphClient } from './graph-client.ts';

/** An event as `track` takes it. */
export interface VisitEvent {
  readonly id: string;
  readonly name: 'page.viewed' | 'flight.searched' | 'flight.booked';
  readonly subject: string;
  readonly time: string;
  readonly properties: Readonly<Record<string, string | number | null>>;
}

const visitors = 150;
const mostVisits = 5;
const daysBack = 28;
const dayMs = 86_400_000;
/** Of every hundred visits so many get there. */
const reach = { search: 70, book: 34, booked: 20 } as const;

/**
 * Made-up visits of a booking site in the four weeks before today, in the order of time: nobody publishes real ones. What is looked for and booked are flights of
 * the dataset, at the hour at which they left; who comes back, how far a visit goes and how long pages take follow from the numbers of
 * visitor and visit, so that every installation has the same.
 */
export function madeUpVisits(flights: readonly FlightInput[], nowMs: number): readonly VisitEvent[] {
  const firstDayMs = Math.floor(nowMs / dayMs) * dayMs - daysBack * dayMs;
  const events: VisitEvent[] = [];
  for (let visitor = 0; visitor < visitors; visitor += 1) {
    for (let visit = 0; visit < mostVisits; visit += 1) {
      const day = (visitor % 21) + visit * (1 + (visitor % 4));
      const returns = visit === 0 || percent(visitor, visit, 'returns') < 60 - 8 * visit;
      if (!returns || day >= daysBack) break;
      const flight = flights[(visitor * 131 + visit * 17) % flights.length];
      if (flight === undefined) break;
      const startMs = firstDayMs + day * dayMs + (Date.parse(flight.scheduledAt) % dayMs);
      events.push(...eventsOf({ visitor, visit, flight, startMs }));
    }
  }
  return events.sort((a, b) => (a.time < b.time ? -1 : 1));
}

interface Visit {
  readonly visitor: number;
  readonly visit: number;
  readonly flight: FlightInput;
  readonly startMs: number;
}

function eventsOf({ visitor, visit, flight, startMs }: Visit): readonly VisitEvent[] {
  const origin = flight.origin.iata;
  const destination = flight.destination.iata;
  const far = percent(visitor, visit, 'far');
  const events: VisitEvent[] = [];
  const add = (
    name: VisitEvent['name'],
    afterSeconds: number,
    properties: VisitEvent['properties'],
  ): void => {
    events.push({
      id: `demo/${visitor}/${visit}/${events.length}`,
      name,
      subject: `visitor-${visitor}`,
      time: new Date(startMs + afterSeconds * 1_000).toISOString(),
      properties,
    });
  };
  const view = (path: string, afterSeconds: number): void => {
    const loadMs = 120 + 6 * percent(visitor, visit, path);
    add('page.viewed', afterSeconds, {
      path,
      referrer: visit % 2 === 0 ? 'https://search.example' : null,
      loadMs,
    });
  };
  view('/', 0);
  if (far >= reach.search) return events;
  add('flight.searched', 20, { origin, destination, results: 1 + (percent(visitor, visit, 'results') % 12) });
  view('/flights', 21);
  if (far >= reach.book) return events;
  view('/book', 75);
  if (far >= reach.booked) return events;
  // A fare that grows with the distance, as fares do.
  add('flight.booked', 190, {
    origin,
    destination,
    priceUsd: 49 + Math.round(flight.distanceMiles * 12) / 100,
  });
  return events;
}

/** 0 to 99, the same for the same names. */
function percent(visitor: number, visit: number, of: string): number {
  return createHash('sha256').update(`${visitor}/${visit}/${of}`).digest().readUInt32BE(0) % 100;
}

/** As many as cost nothing of the owner's budget: three objects each. */
const atOnce = 333;

/** Tracks the visits. Under their own ids they count once, however often a load that was cut short sends them. */
export async function trackVisits(
  graph: GraphClient,
  owner: Principal,
  { flights, nowMs }: { readonly flights: readonly FlightInput[]; readonly nowMs: number },
): Promise<void> {
  const events = madeUpVisits(flights, nowMs);
  for (let start = 0; start < events.length; start += atOnce) {
    const { track } = await graph<{ track: { status: string; error: { message: string } | null }[] }>(
      'mutation ($events: [TrackEvent!]!) { track(events: $events) { status error { message } } }',
      { events: events.slice(start, start + atOnce) },
      owner,
    );
    const refused = track.find(({ status }) => status === 'REFUSED');
    if (refused !== undefined) throw new Error(`The demo's visits were refused: ${refused.error?.message}`);
  }
}
