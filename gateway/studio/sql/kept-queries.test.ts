import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { forgetQueries, keepQuery, keptQueries } from './kept-queries.ts';

/** A store of the browser is an object whose own keys are what it keeps; Node has none. */
class Store {
  [key: string]: unknown;
  getItem(key: string): string | null {
    return Object.hasOwn(this, key) ? String(this[key]) : null;
  }
  setItem(key: string, text: string): void {
    this[key] = text;
  }
  removeItem(key: string): void {
    delete this[key];
  }
}

beforeEach(() => vi.stubGlobal('localStorage', new Store()));
afterEach(() => vi.unstubAllGlobals());

const anna = { userId: 'anna', workspaceId: 'w1' };

test('queries are shown to whoever asked them, in the workspace they asked them in, and to nobody else', () => {
  expect(keepQuery(' SELECT 1 ', anna)).toEqual(['SELECT 1']);
  expect(keepQuery('SELECT 2', anna)).toEqual(['SELECT 2', 'SELECT 1']);
  expect(keptQueries(anna)).toEqual(['SELECT 2', 'SELECT 1']);
  expect(keptQueries({ ...anna, userId: 'ben' })).toEqual([]);
  expect(keptQueries({ ...anna, workspaceId: 'w2' })).toEqual([]);
});

test('whoever signs out leaves no query in the browser, and what else is kept stays', () => {
  keepQuery('SELECT 1', anna);
  localStorage.setItem('tributary.theme', 'dark');
  forgetQueries();
  expect(Object.keys(localStorage)).toEqual(['tributary.theme']);
});
