import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fetchedPage, PageNotFetched } from './fetched-page.ts';

const kept = new Map<string, string>();
const reload = vi.fn();
let toldOnline = (): void => undefined;

beforeEach(() => {
  kept.clear();
  reload.mockClear();
  vi.stubGlobal('location', { reload });
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
  });
  vi.stubGlobal('addEventListener', (_type: string, listener: () => void) => {
    toldOnline = listener;
  });
});
afterEach(() => void vi.unstubAllGlobals());

test('a page that could not be fetched while one was offline comes when one is back', async () => {
  vi.stubGlobal('navigator', { onLine: false });
  const load = vi
    .fn()
    .mockRejectedValueOnce(new TypeError('the network is away'))
    .mockResolvedValue('the page');
  const fetched = fetchedPage(load);
  await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(1));
  toldOnline();
  expect(await fetched).toBe('the page');
  expect(reload).not.toHaveBeenCalled();
});

test('a page of a build that is gone is fetched in a new document, and said to have failed where that did not help', async () => {
  vi.stubGlobal('navigator', { onLine: true });
  const load = vi.fn().mockRejectedValue(new TypeError('it is not there'));
  void fetchedPage(load);
  await vi.waitFor(() => expect(reload).toHaveBeenCalledTimes(1));
  await expect(fetchedPage(load)).rejects.toThrow(PageNotFetched);
  expect(reload).toHaveBeenCalledTimes(1);
});
