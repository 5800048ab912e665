/** Loading the document anew helps once; again at once it would not. */
const triedKey = 'tributary.loaded-anew';
const triedMs = 30_000;

/** A page's program could not be had, also in a new document: the gateway is away, or serves another build at every turn. */
export class PageNotFetched extends Error {}

/**
 * The program of a page. Where it cannot be fetched: once more when one is online again; else in a new document, because an update has replaced the
 * programs this one knows of.
 * @throws PageNotFetched where a new document was tried just now
 */
export async function fetchedPage<Program>(load: () => Promise<Program>): Promise<Program> {
  try {
    return await load();
  } catch {
    await online();
  }
  try {
    return await load();
  } catch (cause) {
    if (Date.now() - Number(sessionStorage.getItem(triedKey) ?? 0) < triedMs)
      throw new PageNotFetched('the program of the page cannot be fetched', { cause });
    sessionStorage.setItem(triedKey, String(Date.now()));
    location.reload();
    return new Promise(() => undefined);
  }
}

async function online(): Promise<void> {
  if (navigator.onLine) return;
  await new Promise((resolve) => addEventListener('online', resolve, { once: true }));
}
