import { CallsUnderWay } from './calls-under-way.ts';
import { CodedError } from './coded-error.ts';

/** Less than whoever asks for readiness waits, so that the answer still has the names. */
const answersWithinMs = 1_000;

/** Of every engine of the process. */
const pings = new CallsUnderWay<unknown>();

/** Engines by what they are for: `event-log`, `document-store`. */
export type NeededEngines = Readonly<Record<string, { ping(): Promise<unknown> }>>;

/** Resolves when all of them answer within a second. @throws CodedError ENGINE_UNAVAILABLE that names the others; why stays inside: strangers may read health */
export async function requireEngines(needed: NeededEngines): Promise<void> {
  const missing = (
    await Promise.all(Object.entries(needed).map(([name, engine]) => missingIn(name, engine)))
  ).flat();
  if (missing.length === 0) return;
  throw new CodedError('ENGINE_UNAVAILABLE', `Not there: ${missing.join(', ')}.`, { details: { missing } });
}

/** What an error of `requireEngines` names, also where it came from another process; nothing for any other. */
export function missingEngines(error: unknown): readonly string[] {
  const missing = error instanceof CodedError ? error.details['missing'] : undefined;
  return Array.isArray(missing) ? missing.filter((name) => typeof name === 'string') : [];
}

/** The engine, and those parts of it that it names itself (`event-log:data.record/2`). */
async function missingIn(name: string, engine: NeededEngines[string]): Promise<readonly string[]> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<readonly string[]>((resolve) => {
    timer = setTimeout(() => resolve([name]), answersWithinMs);
  });
  const answering = pings
    .ask(engine, () => engine.ping())
    .then(
      () => [],
      (error: unknown) => [name, ...missingEngines(error)],
    );
  try {
    return await Promise.race([answering, overdue]);
  } finally {
    clearTimeout(timer);
  }
}
