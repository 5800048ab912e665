import { subscribing } from '@tributary/test-kit';
import { expect, inject, test } from 'vitest';
import { newWorkspace } from '../security/newcomers.ts';
import { uploadedByForm } from './rest-requests.ts';
import { enqueued } from './runs.ts';

const { url } = inject('product');

test('flights that fit a condition, files, and the lines of a run reach their sockets as they happen', async () => {
  const { owner } = await newWorkspace(url);
  const { ask } = owner;
  const { authorization } = ask;
  const subscribed = <Payload>(query: string, variables = {}) =>
    subscribing<Payload>(url, { query, variables, authorization });
  await using late = await subscribed<{ flightChanged: { id: string; flight: { delayMinutes: number } } }>(
    'subscription { flightChanged(where: { delayMinutes: { gte: 60 } }) { id flight { delayMinutes } } }',
  );
  await using files = await subscribed<{ fileChanged: { kind: string; file: { name: string } } }>(
    'subscription { fileChanged(where: { name: { startsWith: "towns" } }) { kind file { name } } }',
  );

  const { data: made } = await ask<{ createAirport: { id: string } }>(
    'mutation ($input: AirportInput!) { createAirport(input: $input) { id } }',
    { input: { iata: 'QQ2', name: 'Here', country: 'DE', latitude: 1, longitude: 2 } },
  );
  const { id } = made.createAirport;
  const created: string[] = [];
  for (const delayMinutes of [5, 90, 59, 60]) {
    const { data, errors } = await ask<{ createFlight: { id: string } }>(
      'mutation ($input: FlightInput!) { createFlight(input: $input) { id } }',
      {
        input: {
          scheduledAt: '2026-01-01T08:00:00Z',
          delayMinutes,
          distanceMiles: 100,
          originId: id,
          destinationId: id,
        },
      },
    );
    expect(errors).toEqual([]);
    created.push(data.createFlight.id);
  }
  await late.first(({ flightChanged }) => flightChanged.flight.delayMinutes === 60);
  expect(late.payloads.map(({ flightChanged }) => flightChanged.id)).toEqual([created[1], created[3]]);

  const bytes = 'iata,name,country,latitude,longitude\nQQ1,Somewhere,DE,1,2\n';
  const upload = (name: string): Promise<string> => uploadedByForm(url, authorization ?? '', { bytes, name });
  await upload('other.csv');
  const file = await upload('towns.csv');
  await files.first(({ fileChanged }) => fileChanged.kind === 'CREATED');
  expect(new Set(files.payloads.map(({ fileChanged }) => fileChanged.file.name))).toEqual(
    new Set(['towns.csv']),
  );

  const run = await enqueued(ask, 'import-dataset', { file, model: 'Airport' }, { delayMs: 1_000 });
  await using log = await subscribed<{ runLog: { lines: readonly { seq: number }[] } }>(
    'subscription ($runId: ID!) { runLog(runId: $runId) { lines { seq } } }',
    { runId: run },
  );
  await log.first(({ runLog }) => runLog.lines.length > 0);
  const { owner: stranger } = await newWorkspace(url);
  await using none = await subscribing(url, {
    query: 'subscription ($runId: ID!) { runLog(runId: $runId) { lines { seq } } }',
    variables: { runId: run },
    authorization: stranger.ask.authorization,
  });
  expect(JSON.stringify(none.troubles)).toContain('NOT_FOUND');
  expect([late, files, log].flatMap(({ troubles }) => troubles)).toEqual([]);
});
