import { z } from 'zod/mini';
import { type Keeper, keptList, keyOf } from '../session/kept-here.ts';

const what = 'tributary.sql';
const most = 12;

/** What was asked in this browser, the latest first. */
export function keptQueries(keeper: Keeper): readonly string[] {
  return keptList(keyOf(what, keeper), z.string());
}

export function keepQuery(sql: string, keeper: Keeper): readonly string[] {
  const text = sql.trim();
  const next = [text, ...keptQueries(keeper).filter((other) => other !== text)].slice(0, most);
  localStorage.setItem(keyOf(what, keeper), JSON.stringify(next));
  return next;
}
