/** Where the console shows entities that are no models, by their name in the graph and in subjects of events. */
const pages: Readonly<Record<string, string>> = { File: '/files', Run: '/runs' };

/** Undefined for entities without a page. */
export function entityPath(entity: string, id: string): string | undefined {
  const page = pages[entity];
  return page === undefined ? undefined : `${page}/${id}`;
}
