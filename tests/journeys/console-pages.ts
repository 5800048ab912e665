import { studioAddresses } from '@tributary/gateway/studio-addresses';
import { eventually, type GraphCaller } from '@tributary/test-kit';
import { expect } from 'vitest';
import { uploadedByForm } from './rest-requests.ts';

type Address = (typeof studioAddresses)[number];

/** The pages of a console, each by an address of its own. */
export interface ConsolePages extends AsyncDisposable {
  readonly paths: readonly string[];
}

/** Every page the console has, in the demo workspace, and one it has not. An address that is about something is given something to be about. */
export async function openedPages(url: string, owner: GraphCaller): Promise<ConsolePages> {
  const { data } = await owner<{ createFolder: { id: string } }>(
    `mutation { createFolder(input: { name: "Pages ${crypto.randomUUID()}" }) { id } }`,
  );
  const folder = data.createFolder.id;
  const found = await owner<{ airport: { id: string } }>('{ airport(iata: "ORD") { id } }');
  const bytes = 'iata,runways\nDEN,6\n';
  const file = await uploadedByForm(url, owner.authorization ?? '', { bytes, name: 'runways.csv' });
  const { data: held } = await owner<{ enqueueJob: { run: { id: string } } }>(
    'mutation ($input: EnqueueJobInput!) { enqueueJob(input: $input) { run { id } } }',
    { input: { job: 'import-dataset', input: { file, model: 'Airport' }, delayMs: 3_600_000 } },
  );
  const run = held.enqueueJob.run.id;
  await eventually(async () => {
    const { data: seen } = await owner<{ run: { state: string } }>(
      'query ($id: ID!) { run(id: $id) { state } }',
      { id: run },
    );
    expect(seen.run.state).toBe('DELAYED');
  });
  const subjects: Readonly<Record<Extract<Address, `${string}:${string}`>, readonly string[]>> = {
    '/data/:plural': ['/data/airports', '/data/flightNotes'],
    '/data/:plural/new': ['/data/airports/new'],
    '/data/:plural/:id': [`/data/airports/${found.data.airport.id}`],
    '/files/folder/:id': [`/files/folder/${folder}`],
    '/files/:id': [`/files/${file}`],
    '/runs/:id': [`/runs/${run}`],
  };
  const isAbout = (address: Address): address is keyof typeof subjects => Object.hasOwn(subjects, address);
  const paths = studioAddresses.flatMap((address) => (isAbout(address) ? subjects[address] : [address]));
  return {
    paths: [...paths, '/nowhere'],
    [Symbol.asyncDispose]: async () => {
      const { errors } = await owner(
        `mutation ($run: ID!, $file: ID!, $folder: ID!) { cancelRun(id: $run) { id } trashFile(id: $file) { id } deleteFile(id: $file) { __typename } deleteFolder(id: $folder) { __typename } }`,
        { run, file, folder },
      );
      expect(errors).toEqual([]);
    },
  };
}
