import { setTimeout as delay } from 'node:timers/promises';
import type { GraphCaller } from '@tributary/test-kit';
import type { LedgerKeeper } from './ledger-check.ts';

/** What the product acknowledged, noted by the client before it believed anything. */
export interface Ledger {
  /** Acknowledged version by entity: `Airport/<id>`, `FlightNote/<id>` or `Flight/<id>`. */
  readonly versions: Map<string, number>;
  /** Entities that were to be deleted: those whose deletion was acknowledged are gone, with a version of its own; the others may be. */
  readonly deletions: Map<string, 'asked' | 'acknowledged'>;
  /** Writes sent whose answer never came: they may be there or not. */
  unknown: number;
}

export function emptyLedger(): Ledger {
  return { versions: new Map(), deletions: new Map(), unknown: 0 };
}

/** Ids of the flights that were acknowledged: the one kind of write that has effects beside the log. */
export function acknowledgedFlights({ versions }: Ledger): readonly string[] {
  const kind = 'Flight/';
  return [...versions.keys()].flatMap((entity) =>
    entity.startsWith(kind) ? [entity.slice(kind.length)] : [],
  );
}

const create = `mutation ($input: AirportInput!) { createAirport(input: $input) { id version } }`;
const update = `mutation ($id: ID!, $input: AirportPatch!) { updateAirport(id: $id, input: $input) { id version } }`;
const remove = `mutation ($id: ID!) { deleteAirport(id: $id) { id version } }`;
const note = `mutation ($input: FlightNoteInput!) { createFlightNote(input: $input) { id version } }`;
const fly = `mutation ($input: FlightInput!) { createFlight(input: $input) { id version } }`;
const bulk = `mutation ($input: [AirportInput!]!) { createAirports(input: $input) { airport { id version } } }`;

type Written = { readonly id: string; readonly version: number };

export interface WriterOptions {
  readonly ledger: Ledger;
  readonly keeper: LedgerKeeper;
  readonly name: string;
  /** After so many turns it writes once a second: all of it is read again, and an engine that comes back slowly is no reason for more. */
  readonly fastTurns?: number;
}

/** Writes records, documents, updates, bulks and deletions until `stopped`, noting each answer. A write that fails without an answer counts as unknown. */
export async function writeUntil(
  stopped: () => boolean,
  url: string,
  { ledger, keeper, name, fastTurns = Number.POSITIVE_INFINITY }: WriterOptions,
): Promise<void> {
  const editor = await entered(stopped, url, keeper);
  if (editor === undefined) return;
  const { flightId, originId } = keeper;
  const acknowledge = (type: string, written: Written | null | undefined): void => {
    if (written)
      ledger.versions.set(
        `${type}/${written.id}`,
        Math.max(written.version, ledger.versions.get(`${type}/${written.id}`) ?? 0),
      );
  };
  let mine: string | undefined;
  for (let turn = 0; !stopped(); turn += 1) {
    if (turn > fastTurns) await delay(1_000);
    try {
      if (turn % 4 === 0 || mine === undefined) {
        const answer = await editor<{ createAirport: Written | null }>(create, {
          input: airport(`${name}-${turn}`),
        });
        acknowledge('Airport', answer.data?.createAirport);
        mine = answer.data?.createAirport?.id ?? mine;
      } else if (turn % 4 === 1) {
        const answer = await editor<{ createFlightNote: Written | null }>(note, {
          input: { flightId, title: `${name}-${turn}` },
        });
        acknowledge('FlightNote', answer.data?.createFlightNote);
        if (originId === undefined || turn % 8 !== 1) continue;
        const flown = await editor<{ createFlight: Written | null }>(fly, {
          input: flight(`${name}-${turn}`, originId),
        });
        acknowledge('Flight', flown.data?.createFlight);
      } else if (turn % 4 === 2) {
        const answer = await editor<{ updateAirport: Written | null }>(update, {
          id: mine,
          input: { name: `${name}-${turn}` },
        });
        acknowledge('Airport', answer.data?.updateAirport);
      } else if (turn % 8 === 7) {
        const entity = `Airport/${mine}`;
        ledger.deletions.set(entity, 'asked');
        const id = mine;
        mine = undefined;
        const answer = await editor<{ deleteAirport: Written | null }>(remove, { id });
        const last = answer.data?.deleteAirport;
        if (!last) continue;
        ledger.deletions.set(entity, 'acknowledged');
        acknowledge('Airport', { ...last, version: last.version + 1 });
      } else {
        const input = [0, 1, 2].map((item) => airport(`${name}-${turn}-${item}`));
        const answer = await editor<{ createAirports: { airport: Written | null }[] | null }>(bulk, {
          input,
        });
        for (const item of answer.data?.createAirports ?? []) acknowledge('Airport', item.airport);
      }
    } catch {
      ledger.unknown += 1; // the connection broke: the product was killed
    }
  }
}

/** Signs in as soon as the product lets anybody in: it may have been killed, or have an engine to find again. Undefined when it was stopped before. */
async function entered(
  stopped: () => boolean,
  url: string,
  { enter }: LedgerKeeper,
): Promise<GraphCaller | undefined> {
  while (!stopped()) {
    try {
      return await enter(url);
    } catch {
      await delay(500);
    }
  }
  return undefined;
}

/** Each on the same day, so that one window counts all. */
function flight(flightKey: string, airportId: string): object {
  const places = { originId: airportId, destinationId: airportId };
  return { ...places, flightKey, scheduledAt: '2026-01-01T10:00:00Z', delayMinutes: 1, distanceMiles: 1 };
}

function airport(iata: string): object {
  return { iata, name: iata, country: 'ledger', latitude: 0, longitude: 0 };
}
