import { eicar } from '@tributary/engines/file-scanner/conformance';
import {
  eventually,
  graphCaller,
  processesNaming,
  type RunningProduct,
  startProduct,
} from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { newWorkspace } from '../security/newcomers.ts';
import { expectCompletes, killHalfWay } from './interrupted-upload.ts';
import { type RestCaller, restCaller, uploadedByForm } from './rest-requests.ts';
import { type HeldScanner, openHeldScanner } from './scanner.ts';
import { freshFolder } from './start-attempt.ts';

async function served(send: RestCaller, id: string) {
  const [{ json: file }, { json: download }] = await Promise.all([
    send('GET', `/v1/files/${id}`),
    send('GET', `/v1/files/${id}/download`),
  ]);
  return { state: file.state, scan: file.scan, downloadUrl: download.downloadUrl };
}

/** With a scanner a file is served once it was found clean, and what is infected stays in quarantine: over REST, by link and in the graph. */
async function expectQuarantine(product: RunningProduct, scanner: HeldScanner): Promise<void> {
  const { owner } = await newWorkspace(product.url);
  const authorization = owner.ask.authorization ?? '';
  const send = restCaller(product.url, { authorization });
  const sent = (name: string, text: string) =>
    uploadedByForm(product.url, authorization, { name, bytes: text });
  const clean = await sent('gates.csv', 'gate,airport\n12,DEN\n');
  const infected = await sent('harmless.txt', eicar.toString());
  const made = await send('POST', '/v1/download-links', { fileId: infected });
  const visited = async () => {
    const answer = await fetch(new URL(made.json.url, product.url));
    return { status: answer.status, body: await answer.json() };
  };
  for (const id of [clean, infected])
    expect(await served(send, id)).toEqual({ state: 'PENDING', scan: 'NOT_SCANNED', downloadUrl: null });
  expect(await visited()).toMatchObject({
    status: 409,
    body: { code: 'FILE_NOT_SERVED', state: 'PENDING' },
  });

  scanner.judge();
  await eventually(
    async () => {
      expect(await served(send, clean)).toMatchObject({ state: 'AVAILABLE', scan: 'CLEAN' });
      expect(await served(send, infected)).toEqual({
        state: 'QUARANTINED',
        scan: 'INFECTED',
        downloadUrl: null,
      });
    },
    { timeoutMs: 30_000 },
  );
  const { downloadUrl } = await served(send, clean);
  expect(await (await fetch(new URL(downloadUrl, product.url))).text()).toBe('gate,airport\n12,DEN\n');
  expect(await visited()).toMatchObject({ status: 409, body: { state: 'QUARANTINED' } });
  const { data } = await owner.ask(
    'query ($id: ID!) { file(id: $id) { state scan downloadUrl preview { __typename } } }',
    { id: infected },
  );
  expect(data).toEqual({
    file: { state: 'QUARANTINED', scan: 'INFECTED', downloadUrl: null, preview: null },
  });
}

const airport = { iata: 'RCV', name: 'Recovered', country: 'USA', latitude: 1, longitude: 2 };

/** Each of those that have the folder in their command line: the database and its workers. */
async function killDatabase(dataDir: string): Promise<void> {
  for (const line of processesNaming(dataDir)) {
    try {
      process.kill(Number.parseInt(line, 10), 'SIGKILL');
    } catch (error) {
      // It ended with the first of them.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  await eventually(() => expect(processesNaming(dataDir)).toEqual([]));
}

// The same in the split form, whose database lives on: recovery.journey.ts.
test('what is uploaded waits for its scan, and stays in quarantine where something was found; after a kill -9 of the product and its database the next start has everything and everybody, and airports.csv, which was cut, comes back bit by bit the same', async () => {
  await using scanner = await openHeldScanner();
  const dataDir = await freshFolder();
  const env = { DEMO: 'off', FILE_SCANNER_URL: scanner.url };
  const killed = await startProduct({ form: 'one', dataDir, env });
  await expectQuarantine(killed, scanner);
  const { owner } = await newWorkspace(killed.url);
  const made = 'mutation ($input: AirportInput!) { createAirport(input: $input) { id } }';
  expect((await owner.ask(made, { input: airport })).errors).toEqual([]);
  const upload = await killHalfWay(killed);
  await killDatabase(dataDir);

  await using product = await startProduct({ form: 'one', dataDir, env: { DEMO: 'off' } });
  const kept = await graphCaller(
    product.url,
    owner.ask.authorization,
  )('{ airports(first: 5) { nodes { iata name } } viewer { id } }');
  expect(kept.errors).toEqual([]);
  expect(kept.data).toEqual({
    airports: { nodes: [{ iata: 'RCV', name: 'Recovered' }] },
    viewer: { id: owner.userId },
  });
  await expectCompletes(product.url, upload);
}, 240_000);
