import type { GraphAnswer } from '@tributary/test-kit';
import { expect } from 'vitest';
import type { Newcomer } from '../../security/newcomers.ts';
import { freshCode, makeTenantData } from '../../security/tenant-data.ts';

interface Everything {
  readonly airport: { readonly name: string };
  readonly flightNote: { readonly id: string };
}

interface Upload {
  readonly status: number;
  readonly body: {
    readonly code?: string;
    readonly retryable?: boolean;
    readonly files?: readonly { readonly id: string }[];
  };
}

/** What callers do while engines are away: each needs another of them. */
export async function outageCallers(url: string, editor: Newcomer) {
  const data = await makeTenantData(editor.ask);
  return {
    noteId: data.note,
    rename: (name: string): Promise<GraphAnswer<{ updateAirport: { name: string } }>> =>
      editor.ask(
        'mutation ($id: ID!, $name: String) { updateAirport(id: $id, input: { name: $name }) { name } }',
        { id: data.airport, name },
      ),
    writeNote: (): Promise<GraphAnswer<{ createFlightNote: { id: string } }>> =>
      editor.ask('mutation ($input: FlightNoteInput!) { createFlightNote(input: $input) { id } }', {
        input: { flightId: data.flight, title: 'written' },
      }),
    readEverything: (): Promise<GraphAnswer<Everything>> =>
      editor.ask(
        'query ($airport: ID, $note: ID!) { airport(id: $airport) { name } flightNote(id: $note) { id } }',
        { airport: data.airport, note: data.note },
      ),
    upload: async (): Promise<Upload> => {
      const form = new FormData();
      form.set('file', new Blob(['kept']), `${freshCode()}.txt`);
      const headers = { authorization: editor.ask.authorization ?? '' };
      const answer = await fetch(`${url}/files/form`, { method: 'POST', headers, body: form });
      return { status: answer.status, body: (await answer.json()) as Upload['body'] };
    },
    downloaded: async (id: string | undefined): Promise<Buffer> => {
      const { data: found } = await editor.ask<{ file: { downloadUrl: string } }>(
        'query ($id: ID!) { file(id: $id) { downloadUrl } }',
        { id },
      );
      const answer = await fetch(new URL(found.file.downloadUrl, url));
      return Buffer.from(await answer.arrayBuffer());
    },
  };
}

/** What a caller may get while an engine is away: what they asked for, or a code to try again. */
export function expectDoneOrRetryable({ errors }: GraphAnswer<unknown>): void {
  for (const { extensions } of errors) expect(extensions).toMatchObject({ retryable: true });
}
