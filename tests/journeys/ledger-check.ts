import { eventually, type GraphCaller, subscribing, withoutRepeats } from '@tributary/test-kit';
import { expect } from 'vitest';
import type { Ledger } from './ledger-writer.ts';

interface Change {
  readonly cursor: string;
  readonly kind: string;
  readonly id: string;
  readonly version: number;
}

export type Cursors = Readonly<Record<'Airport' | 'FlightNote', string>>;

/** Who writes and checks, and what the documents written hang on. */
export interface LedgerKeeper {
  /** Signs in, at whatever address the product has by now. */
  readonly enter: (url: string) => Promise<GraphCaller>;
  readonly flightId: string;
  /** Whose flights are counted, and start a run each; none are written when absent. */
  readonly originId?: string;
}

/** Cursors of now, from which all that is written later is told again. */
export async function currentCursors(url: string, keeper: LedgerKeeper): Promise<Cursors> {
  return {
    Airport: await currentCursor(url, keeper, 'Airport'),
    FlightNote: await currentCursor(url, keeper, 'FlightNote'),
  };
}

/** Subscribes, makes one change, and takes the cursor it came with. */
async function currentCursor(
  url: string,
  { enter, flightId }: LedgerKeeper,
  type: 'Airport' | 'FlightNote',
): Promise<string> {
  const editor = await enter(url);
  const field = type === 'Airport' ? 'airportChanged' : 'flightNoteChanged';
  await using subscription = await subscribing<Record<string, Change>>(url, {
    query: `subscription { ${field} { cursor } }`,
    authorization: editor.authorization,
  });
  const input =
    type === 'Airport'
      ? { iata: `start-${Date.now()}`, name: 'start', country: 'ledger', latitude: 0, longitude: 0 }
      : { flightId: flightId, title: 'start' };
  const made = await editor(`mutation ($input: ${type}Input!) { create${type}(input: $input) { id } }`, {
    input,
  });
  expect(made.errors).toEqual([]);
  const change = await subscription.first(() => true);
  return change[field]?.cursor ?? '';
}

/** Acknowledged is stored: each entity has at least the version that somebody was told of, or is gone if they were told so. */
export async function everyWriteIsStored(
  url: string,
  { enter }: LedgerKeeper,
  ledger: Ledger,
): Promise<void> {
  const editor = await enter(url);
  const entities = [...ledger.versions];
  for (let from = 0; from < entities.length; from += readAtOnce) {
    const some = entities.slice(from, from + readAtOnce);
    const fields = some.map(([entity], index) => {
      const [type = '', id = ''] = entity.split('/');
      const field = `${type.slice(0, 1).toLowerCase()}${type.slice(1)}`;
      return `e${index}: ${field}(id: ${JSON.stringify(id)}) { version }`;
    });
    const { data, errors } = await editor<Record<string, { version: number } | null>>(
      `{ ${fields.join(' ')} }`,
    );
    expect(errors).toEqual([]);
    for (const [index, [entity, acknowledged]] of some.entries()) {
      const stored = data[`e${index}`];
      const deletion = ledger.deletions.get(entity);
      if (deletion === 'acknowledged') expect(stored, `${entity} was deleted`).toBeNull();
      else if (deletion === undefined || stored !== null)
        expect(
          stored?.version ?? 0,
          `${entity} was acknowledged at version ${acknowledged}`,
        ).toBeGreaterThanOrEqual(acknowledged);
    }
  }
}

/** Root fields of one request; the loaders ask each engine for all of them at once. */
const readAtOnce = 50;

export interface Heard {
  readonly cursors: Cursors;
  /** Whether what a relay told when it died may be told again by the next, as the same version: Kafka knows no repeated events. */
  readonly mayRepeat: boolean;
}

/** Whoever goes on from the cursors hears of each version of each entity once, in order. */
export async function everyEventOnceInOrder(
  url: string,
  { enter, cursors, mayRepeat }: LedgerKeeper & Heard,
  ledger: Ledger,
): Promise<void> {
  const { authorization } = await enter(url);
  for (const type of ['Airport', 'FlightNote'] as const) {
    const field = type === 'Airport' ? 'airportChanged' : 'flightNoteChanged';
    await using replay = await subscribing<Record<string, Change>>(url, {
      query: `subscription ($after: Cursor) { ${field}(after: $after) { cursor kind id version } }`,
      variables: { after: cursors[type] },
      authorization,
    });
    const acknowledged = [...ledger.versions].filter(([entity]) => entity.startsWith(`${type}/`));
    await eventually(
      () => {
        const versions = versionsById(replay.payloads.map((payload) => payload[field]));
        for (const [entity, version] of acknowledged)
          expect(versions.get(entity.split('/')[1] ?? '')?.length ?? 0).toBeGreaterThanOrEqual(version);
      },
      { timeoutMs: 90_000 },
    );
    expect(replay.troubles).toEqual([]);
    for (const [id, versions] of versionsById(replay.payloads.map((payload) => payload[field]))) {
      if (!ledger.versions.has(`${type}/${id}`)) continue;
      const told = mayRepeat ? withoutRepeats(versions) : versions;
      expect(told, `events of ${type}/${id}: ${versions}`).toEqual(told.map((_, index) => index + 1));
    }
  }
}

function versionsById(changes: readonly (Change | undefined)[]): Map<string, number[]> {
  const versions = new Map<string, number[]>();
  for (const change of changes) {
    if (change !== undefined) versions.set(change.id, [...(versions.get(change.id) ?? []), change.version]);
  }
  return versions;
}

interface AuditPage {
  readonly auditLog: {
    readonly edges: readonly {
      readonly node: { readonly subject: string; readonly details: { readonly version?: number } };
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}

/** What events cause happens once, however often the log tells of them: the audit log has each acknowledged version, and none twice. */
export async function everyVersionAuditedOnce(owner: GraphCaller, ledger: Ledger): Promise<void> {
  const entries = async (): Promise<Map<string, number[]>> => {
    const found = new Map<string, number[]>();
    let after: string | undefined;
    do {
      const { data, errors } = await owner<AuditPage>(
        'query ($after: Cursor) { auditLog(first: 100, after: $after) { edges { node { subject details } } pageInfo { hasNextPage endCursor } } }',
        { after },
      );
      expect(errors).toEqual([]);
      for (const { node } of data.auditLog.edges)
        if (node.details.version !== undefined)
          found.set(node.subject, [...(found.get(node.subject) ?? []), node.details.version]);
      after = data.auditLog.pageInfo.hasNextPage ? data.auditLog.pageInfo.endCursor : undefined;
    } while (after !== undefined);
    return found;
  };
  await eventually(
    async () => {
      const audited = await entries();
      for (const [entity, version] of ledger.versions)
        expect(Math.max(0, ...(audited.get(entity) ?? [])), entity).toBeGreaterThanOrEqual(version);
    },
    { timeoutMs: 90_000 },
  );
  for (const [entity, versions] of await entries())
    if (ledger.versions.has(entity))
      expect(
        [...versions].sort((a, b) => a - b),
        `audited of ${entity}`,
      ).toEqual(versions.map((_, index) => index + 1));
}
