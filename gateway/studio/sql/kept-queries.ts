import { z } from 'zod/mini';

const key = 'tributary.sql';
const most = 12;
const stored = z.catch(z.array(z.string()), []);

/** What was asked in this browser, the latest first. */
export function keptQueries(): readonly string[] {
  return stored.parse(parsed(localStorage.getItem(key)));
}

export function keepQuery(sql: string): readonly string[] {
  const text = sql.trim();
  const next = [text, ...keptQueries().filter((other) => other !== text)].slice(0, most);
  localStorage.setItem(key, JSON.stringify(next));
  return next;
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '[]');
  } catch {
    return [];
  }
}
