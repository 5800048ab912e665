import type { Principal } from '@tributary/subgraph-kit';
import { expect } from 'vitest';
import type { OpenData } from './open-data.ts';

export interface AirportFields {
  readonly iata: string;
  readonly name?: string;
  readonly city?: string | null;
  readonly state?: string | null;
  readonly country?: string;
  readonly latitude?: number;
  readonly longitude?: number;
}

const createAirports = `mutation ($input: [AirportInput!]!) { createAirports(input: $input) { airport { id iata version } error { code message details } } }`;
const createFlights = `mutation ($input: [FlightInput!]!) { createFlights(input: $input) { flight { id flightKey version } error { code message details } } }`;

export function airportInput(fields: AirportFields): Required<AirportFields> {
  return {
    name: `${fields.iata} Airport`,
    city: null,
    state: null,
    country: 'USA',
    latitude: 1.5,
    longitude: -2.5,
    ...fields,
  };
}

/** Makes airports and answers their ids by IATA code. */
export async function makeAirports(
  data: OpenData,
  as: Principal,
  airports: readonly AirportFields[],
): Promise<Record<string, string>> {
  const { data: made, errors } = await data.run(as, createAirports, { input: airports.map(airportInput) });
  expect(errors).toEqual([]);
  const items = made.createAirports as readonly { airport: { id: string; iata: string } }[];
  return Object.fromEntries(items.map(({ airport }) => [airport.iata, airport.id]));
}

export interface FlightFields {
  readonly origin: string;
  readonly destination: string;
  readonly flightKey?: string;
  readonly scheduledAt?: string;
  readonly delayMinutes?: number;
  readonly distanceMiles?: number;
}

/** Makes flights between airports named by IATA code, and answers their ids in order. */
export async function makeFlights(
  data: OpenData,
  as: Principal,
  flights: readonly FlightFields[],
): Promise<readonly string[]> {
  const input = flights.map(({ origin, destination, ...rest }) => ({
    scheduledAt: '2001-01-01T00:00:00Z',
    delayMinutes: 0,
    distanceMiles: 100,
    origin: { iata: origin },
    destination: { iata: destination },
    ...rest,
  }));
  const { data: made, errors } = await data.run(as, createFlights, { input });
  expect(errors).toEqual([]);
  return (made.createFlights as readonly { flight: { id: string } }[]).map(({ flight }) => flight.id);
}
