import { expect, test } from 'vitest';
import { readFlights } from '../src/dataset.ts';
import { madeUpVisits } from '../src/visits.ts';

const nowMs = Date.UTC(2026, 10, 26, 2, 30);

test('the visits of the demo are the same everywhere, in the order of time, of the last four weeks, and fit into one call', async () => {
  const flights = await readFlights();
  const events = madeUpVisits(flights, nowMs);
  expect(events).toEqual(madeUpVisits(flights, nowMs + 3_600_000));
  const times = events.map(({ time }) => time);
  expect(times).toEqual([...times].sort());
  expect(Date.parse(times[0] ?? '')).toBeGreaterThan(nowMs - 30 * 86_400_000);
  expect(Date.parse(times.at(-1) ?? '')).toBeLessThan(nowMs);
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  expect(events.length).toBeLessThanOrEqual(1_000);
});

test('what is booked is a flight of the dataset, and was looked for before', async () => {
  const flights = await readFlights();
  const routes = new Set(flights.map(({ origin, destination }) => `${origin.iata} ${destination.iata}`));
  const events = madeUpVisits(flights, nowMs);
  const booked = events.filter(({ name }) => name === 'flight.booked');
  expect(booked.length).toBeGreaterThan(20);
  for (const { subject, time, properties } of booked) {
    expect(routes).toContain(`${properties['origin']} ${properties['destination']}`);
    const searched = events.find(
      (each) =>
        each.name === 'flight.searched' &&
        each.subject === subject &&
        each.time < time &&
        each.properties['destination'] === properties['destination'],
    );
    expect(searched).toBeDefined();
  }
});
