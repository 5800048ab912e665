import { randomBytes } from 'node:crypto';
import type { GraphCaller } from '@tributary/test-kit';

/** One item of every model, made by one caller in its workspace. */
export interface TenantData {
  readonly airport: string;
  readonly iata: string;
  readonly flight: string;
  readonly flightKey: string;
  readonly note: string;
}

export const airportInput = (iata: string) => ({
  iata,
  name: `Field ${iata}`,
  country: 'USA',
  latitude: 39.5,
  longitude: -104.5,
});

/** A code no other test has: hexadecimal, 8 characters. */
export const freshCode = (): string => randomBytes(4).toString('hex').toUpperCase();

const makeFlight = `mutation ($input: FlightInput!) { createFlight(input: $input) { id } }`;

/** Makes an airport, a flight from it to itself, and a note on that flight. */
export async function makeTenantData(ask: GraphCaller): Promise<TenantData> {
  const iata = freshCode();
  const airport = await makeAirport(ask, iata);
  const flightKey = `key-${iata}`;
  const { data } = await ask<{ createFlight: { id: string } }>(makeFlight, {
    input: {
      flightKey,
      originId: airport,
      destinationId: airport,
      scheduledAt: '2026-01-01T00:00:00Z',
      delayMinutes: 1,
      distanceMiles: 1,
    },
  });
  const flight = data.createFlight.id;
  return { airport, iata, flight, flightKey, note: await makeNote(ask, flight) };
}

export async function makeAirport(ask: GraphCaller, iata = freshCode()): Promise<string> {
  const { data, errors } = await ask<{ createAirport: { id: string } }>(
    `mutation ($input: AirportInput!) { createAirport(input: $input) { id } }`,
    { input: airportInput(iata) },
  );
  if (data?.createAirport === undefined) throw new Error(`no airport: ${JSON.stringify(errors)}`);
  return data.createAirport.id;
}

export async function makeNote(ask: GraphCaller, flightId: string, title = 'a note'): Promise<string> {
  const { data } = await ask<{ createFlightNote: { id: string } }>(
    `mutation ($input: FlightNoteInput!) { createFlightNote(input: $input) { id } }`,
    { input: { flightId, title, body: { text: 'ours' } } },
  );
  return data.createFlightNote.id;
}
