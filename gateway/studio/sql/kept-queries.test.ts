import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { forgetWhatWasAsked, keyOf, storeOf } from '../session/kept-here.ts';
import { keepQuery, keptQueries } from './kept-queries.ts';

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

test('whoever signs out leaves nothing they asked in the browser; what they saved, and what is of nobody, stays', () => {
  keepQuery('SELECT 1', anna);
  const explorer = storeOf(`${keyOf('tributary.explorer', anna)}/`);
  explorer.setItem('graphiql:query', '{ airports { totalCount } }');
  expect([explorer.length, explorer.key(0)]).toEqual([1, 'graphiql:query']);
  expect(explorer.getItem('graphiql:query')).toBe('{ airports { totalCount } }');
  localStorage.setItem('tributary.theme', 'dark');
  localStorage.setItem(keyOf('tributary.operations', anna), '[]');
  forgetWhatWasAsked();
  expect(Object.keys(localStorage).sort()).toEqual(['tributary.operations/w1/anna', 'tributary.theme']);
});
