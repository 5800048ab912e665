/** A page of a keyset list as an address names it. */
export interface AddressedPage {
  readonly number: number;
  /** The cursor it comes after; undefined for the first. */
  readonly after: string | undefined;
}

/** `page` and `after`, and of a list with a name `links.page` and `links.after`. */
function namesOf(list: string): { readonly page: string; readonly after: string } {
  const prefix = list === '' ? '' : `${list}.`;
  return { page: `${prefix}page`, after: `${prefix}after` };
}

/** What stands there may be anybody's: without a cursor it is the first, and with one it is not. */
export function pageIn(params: URLSearchParams, list: string): AddressedPage {
  const names = namesOf(list);
  const after = params.get(names.after) ?? '';
  if (after === '') return { number: 1, after: undefined };
  const number = Number(params.get(names.page));
  return { number: Number.isSafeInteger(number) && number > 1 ? number : 2, after };
}

export function writePage(
  params: URLSearchParams,
  list: string,
  { number, after }: AddressedPage,
): URLSearchParams {
  const names = namesOf(list);
  params.delete(names.page);
  params.delete(names.after);
  if (after === undefined) return params;
  params.set(names.page, String(number));
  params.set(names.after, after);
  return params;
}

/** The same address at the first page of each of its lists. */
export function takePages(params: URLSearchParams): URLSearchParams {
  for (const name of [...params.keys()]) if (/^(\w+\.)?(page|after)$/.test(name)) params.delete(name);
  return params;
}

/** The cursors one came by, the last for the page that is shown; that one alone where one came by its address. */
export function walkedPages(state: unknown, list: string, { after }: AddressedPage): readonly string[] {
  if (after === undefined) return [];
  const kept: unknown =
    typeof state === 'object' && state !== null
      ? (state as Readonly<Record<string, unknown>>)[list]
      : undefined;
  const isOfPage =
    Array.isArray(kept) && kept.every((each) => typeof each === 'string') && kept.at(-1) === after;
  return isOfPage ? kept : [after];
}
