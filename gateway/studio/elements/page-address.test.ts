import { expect, test } from 'vitest';
import { pageIn, takePages, walkedPages, writePage } from './page-address.ts';

test('a page is read from the address it was written to, each list of a page its own', () => {
  const params = new URLSearchParams('sort=name');
  writePage(params, '', { number: 3, after: 'c/=+' });
  writePage(params, 'links', { number: 2, after: 'd' });
  const read = new URLSearchParams(params.toString());
  expect(pageIn(read, '')).toEqual({ number: 3, after: 'c/=+' });
  expect(pageIn(read, 'links')).toEqual({ number: 2, after: 'd' });
  expect(takePages(read).toString()).toBe('sort=name');
  expect(writePage(params, 'links', { number: 1, after: undefined }).get('links.page')).toBeNull();
});

test('an address that somebody wrote by hand names a page nevertheless', () => {
  const pageOf = (search: string) => pageIn(new URLSearchParams(search), '');
  expect(pageOf('page=7')).toEqual({ number: 1, after: undefined });
  expect(pageOf('after=c')).toEqual({ number: 2, after: 'c' });
  for (const page of ['-1', '1', '2.5', '1e99', 'x'])
    expect(pageOf(`page=${page}&after=c`)).toEqual({ number: 2, after: 'c' });
});

test('the way here counts for the page it led to alone', () => {
  const page = { number: 3, after: 'c' };
  expect(walkedPages({ '': ['b', 'c'] }, '', page)).toEqual(['b', 'c']);
  for (const state of [null, 'x', {}, { '': ['b'] }, { '': [1, 'c'] }, { links: ['b', 'c'] }])
    expect(walkedPages(state, '', page)).toEqual(['c']);
  expect(walkedPages({ '': ['b', 'c'] }, '', { number: 1, after: undefined })).toEqual([]);
});
