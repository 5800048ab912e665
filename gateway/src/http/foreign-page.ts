import type { IncomingHttpHeaders } from 'node:http';

/**
 * Could a foreign page have made a browser send this GET by a link, a form, an image or a script? Those ask for pages, pictures or anything,
 * and a browser says so itself in `Sec-Fetch-Mode`, which pages cannot set (Fetch Metadata). `fetch` with CORS shows its answer to
 * allowed origins only.
 */
export function couldBeForeignPage(headers: IncomingHttpHeaders): boolean {
  if (/application\/(graphql-response\+)?json/.test(headers.accept ?? '')) return false;
  const mode = headers['sec-fetch-mode'];
  return mode !== 'cors' && mode !== 'same-origin';
}

/**
 * The same of a GET for a stream of events. `EventSource` and programs ask for one; no link, form or image accepts it, but `fetch` without CORS
 * can.
 */
export function couldBeForeignStream(headers: IncomingHttpHeaders): boolean {
  return (
    headers['sec-fetch-mode'] !== undefined && couldBeForeignPage({ ...headers, accept: 'text/event-stream' })
  );
}
