import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';

/** Real airports of the United States and real flights of early 2001, from the npm package `vega-datasets` (BSD-3). */
const folder = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '..', 'data');

export interface AirportInput {
  readonly iata: string;
  readonly name: string;
  readonly city: string | null;
  readonly state: string | null;
  readonly country: string;
  readonly latitude: number;
  readonly longitude: number;
}

export interface FlightInput {
  /** Its place in the dataset, so that loading again finds what is there. */
  readonly flightKey: string;
  readonly origin: { readonly iata: string };
  readonly destination: { readonly iata: string };
  readonly scheduledAt: string;
  readonly delayMinutes: number;
  readonly distanceMiles: number;
}

/** 3,376 airports. */
export async function readAirports(): Promise<readonly AirportInput[]> {
  const rows: Record<string, string>[] = parse(await readFile(join(folder, 'airports.csv')), {
    columns: true,
  });
  return rows.map((row) => ({
    iata: row['iata'] ?? '',
    name: row['name'] ?? '',
    city: known(row['city']),
    state: known(row['state']),
    country: row['country'] ?? '',
    latitude: Number(row['latitude']),
    longitude: Number(row['longitude']),
  }));
}

/** The dataset writes `NA` for a city or state it does not know. */
function known(value: string | undefined): string | null {
  return value === undefined || value === '' || value === 'NA' ? null : value;
}

/** 20,000 flights. Times are the airports' own; they are kept as if they were UTC, because the dataset names no zones. */
export async function readFlights(): Promise<readonly FlightInput[]> {
  const rows = JSON.parse(await readFile(join(folder, 'flights-20k.json'), 'utf8')) as readonly Record<
    string,
    string | number
  >[];
  return rows.map((row, index) => ({
    flightKey: `flights-20k/${String(index + 1).padStart(5, '0')}`,
    origin: { iata: String(row['origin']) },
    destination: { iata: String(row['destination']) },
    scheduledAt: `${String(row['date']).replaceAll('/', '-').replace(' ', 'T')}:00.000Z`,
    delayMinutes: Number(row['delay']),
    distanceMiles: Number(row['distance']),
  }));
}
