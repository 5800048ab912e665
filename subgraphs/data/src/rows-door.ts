import { CodedError, type Logger } from '@tributary/runtime';
import {
  type AssertionVerifier,
  maskedProblem,
  type OnRefusal,
  RowStreams,
  refusalOf,
  type StreamDoor,
  type StreamDoorRequest,
  type StreamDoorResponse,
} from '@tributary/subgraph-kit';
import type { Model } from './models/model.ts';
import { ItemReader, type ReaderParts } from './reading/item-reader.ts';

export interface RowsDoorParts extends ReaderParts {
  readonly verifier: AssertionVerifier;
  readonly onRefusal: OnRefusal;
  readonly log: Logger;
}

const chunkLength = 64 * 1024;

const scope = 'data:read';
const rowsPath = /^\/data\/rows\/([A-Za-z][A-Za-z0-9]{0,99})$/;

/**
 * `GET /data/rows/<Model>`: all items of a model that the caller may read, as JSON Lines by their ids, stored fields by their GraphQL names
 * and references as the other's id. For whoever computes over a whole model, where pages of a hundred would be a thousand calls.
 */
export function rowsDoor(parts: RowsDoorParts): StreamDoor {
  const streams = new RowStreams();
  return {
    prefixes: ['/data'],
    bodyLimitBytes: 0,
    handle: (request) =>
      answer({ ...parts, streams }, request).catch((error: unknown) =>
        maskedProblem(error, request, parts.log),
      ),
  };
}

async function answer(
  { streams, ...parts }: RowsDoorParts & { readonly streams: RowStreams },
  request: StreamDoorRequest,
): Promise<StreamDoorResponse> {
  const principal = await parts.verifier.verify(request.assertion);
  const model = parts.models.get(rowsPath.exec(request.path)?.[1] ?? '');
  if (model === undefined) throw new CodedError('NOT_FOUND', 'There is nothing at this path.');
  if (request.method !== 'GET')
    throw new CodedError('METHOD_NOT_ALLOWED', 'This path answers GET.', { details: { allow: ['GET'] } });
  // A public model may be read item by item by anybody, and as a whole by members.
  const refusal =
    refusalOf(principal, { to: ['MEMBER'], scope }) ?? refusalOf(principal, { to: model.read, scope });
  if (refusal !== undefined) {
    parts.onRefusal(principal, `GET /data/rows/${model.name}`, refusal);
    throw refusal;
  }
  const lines = rowLines(new ItemReader(parts, principal), model);
  return {
    status: 200,
    headers: { 'content-type': 'application/jsonl; charset=utf-8', 'cache-control': 'no-store' },
    body: streams.of(principal.workspaceId, lines),
  };
}

/** Many lines a chunk, and no chunk much longer than that: what is written is as large as what was read, again. */
async function* rowLines(reader: ItemReader, model: Model): AsyncGenerator<Buffer> {
  for await (const items of reader.all(model)) {
    let lines = '';
    for (const item of items) {
      lines += `${JSON.stringify(item)}\n`;
      if (lines.length < chunkLength) continue;
      yield Buffer.from(lines);
      lines = '';
    }
    if (lines !== '') yield Buffer.from(lines);
  }
}
