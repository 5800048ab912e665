import type { LogEvent } from '@tributary/engines/event-log';
import type { SubjectPattern } from './subject-pattern.ts';

/** Among the types of an interest, it stands for all. */
const everyType = '*';

export function matchesType(types: ReadonlySet<string>, type: string): boolean {
  return types.has(type) || types.has(everyType);
}

/** What somebody listens for. */
export interface Interest {
  readonly workspaceId: string;
  readonly types: ReadonlySet<string>;
  readonly subject: SubjectPattern;
}

interface Listeners<Listener> {
  readonly exact: Map<string, Set<Listener>>;
  readonly prefix: Map<string, Set<Listener>>;
}

/** Finds the listeners an event may concern without looking at the others: by workspace and type, then by subject. */
export class CandidateIndex<Listener> {
  readonly #byWorkspaceAndType = new Map<string, Listeners<Listener>>();

  add(interest: Interest, listener: Listener): void {
    for (const type of interest.types) {
      const key = keyOf(interest.workspaceId, type);
      const listeners = this.#byWorkspaceAndType.get(key) ?? { exact: new Map(), prefix: new Map() };
      this.#byWorkspaceAndType.set(key, listeners);
      const subjects = listeners[interest.subject.kind];
      const set = subjects.get(interest.subject.text) ?? new Set();
      subjects.set(interest.subject.text, set.add(listener));
    }
  }

  remove(interest: Interest, listener: Listener): void {
    for (const type of interest.types) {
      const key = keyOf(interest.workspaceId, type);
      const listeners = this.#byWorkspaceAndType.get(key);
      const subjects = listeners?.[interest.subject.kind];
      const set = subjects?.get(interest.subject.text);
      set?.delete(listener);
      if (set?.size === 0) subjects?.delete(interest.subject.text);
      if (listeners?.exact.size === 0 && listeners.prefix.size === 0) this.#byWorkspaceAndType.delete(key);
    }
  }

  /** A snapshot: listeners may come and go while the event is handed out. */
  candidates(event: Pick<LogEvent, 'workspaceid' | 'type' | 'subject'>): readonly Listener[] {
    const found: Listener[] = [];
    // While nobody listens no key is made for each event of a log that is busy with other things.
    if (this.#byWorkspaceAndType.size === 0) return found;
    for (const type of [event.type, everyType]) {
      const listeners = this.#byWorkspaceAndType.get(keyOf(event.workspaceid, type));
      if (listeners === undefined) continue;
      found.push(...(listeners.exact.get(event.subject) ?? []));
      for (const [prefix, set] of listeners.prefix) if (event.subject.startsWith(prefix)) found.push(...set);
    }
    return found;
  }

  /** How many workspace and type pairs are listened for; 0 when nobody is left. */
  get size(): number {
    return this.#byWorkspaceAndType.size;
  }
}

function keyOf(workspaceId: string, type: string): string {
  return `${workspaceId}\n${type}`;
}
