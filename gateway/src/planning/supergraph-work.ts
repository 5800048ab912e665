import { builtSupergraph, formsOf } from './supergraph-forms.ts';
import type { FromReading, ToReading } from './supergraph-messages.ts';

/** Composes, or reads what was composed: seconds of work for a large graph, wherever it is done. */
export async function supergraphWork(asked: ToReading): Promise<FromReading> {
  if (asked.kind === 'read') return readingWork(asked);
  const { composition } = await import('./composition-work.ts');
  try {
    return composition(asked.services);
  } catch (error) {
    return fault(error);
  }
}

export function readingWork({ sdl, isTrusted }: Extract<ToReading, { kind: 'read' }>): FromReading {
  try {
    return { kind: 'read', forms: formsOf(sdl, builtSupergraph(sdl, { isTrusted }), { isTrusted }) };
  } catch (error) {
    return fault(error);
  }
}

function fault(error: unknown): FromReading {
  return { kind: 'fault', message: error instanceof Error ? error.message : String(error) };
}
