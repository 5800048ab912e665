import { createHash } from 'node:crypto';
import { createLogger, Registry } from '@tributary/runtime';
import { atNight, eventually, freeze } from '@tributary/test-kit';
import { describe, expect, it } from 'vitest';
import type { CompiledOperation } from '../../src/execution/compiled/compiled-operation.ts';
import { createPlanningFigures } from '../../src/planning/planning-figures.ts';
import { planningProcess } from '../../src/planning/planning-process.ts';
import { type LoadingOptions, loadSupergraph } from '../../src/planning/supergraph.ts';
import { AskedOperations } from '../../src/standalone/asked-operations.ts';
import { defaultStandaloneSettings } from '../../src/standalone/settings-file.ts';
import { catalogueSdl, supergraphOf } from './shop.ts';

const alikeSdl = catalogueSdl.replace(
  'weight: Int }',
  'weight: Int a: ID b: ID c: ID d: ID e: ID f: ID alike: Product also: Product }',
);

function asked({ log, figures }: Pick<LoadingOptions, 'log' | 'figures'> = {}) {
  let read = 0;
  const { limits, introspection } = defaultStandaloneSettings;
  const sdl = supergraphOf({ catalogue: { sdl: alikeSdl, url: 'http://catalogue.invalid' } });
  const operations = new AskedOperations({
    supergraph: loadSupergraph(sdl, { isTrusted: true, planner: 'hive', figures, log }),
    fetches: new Map([['catalogue', async () => ({ data: null })]]),
    limits,
    introspection,
    onRead: () => {
      read += 1;
    },
  });
  return { operations, read: () => read };
}

const long = `# ${'x'.repeat(40_000)}`;

it('short texts are read once, a thousand of them', async () => {
  const { operations, read } = asked();
  const text = (n: number): string => `query Q${n} { products { name weight } }`;
  for (let round = 0; round < 2; round += 1)
    for (let n = 0; n < 1_000; n += 1)
      expect(await operations.operation(text(n), undefined)).toHaveProperty('compiled');
  expect(read()).toBe(1_000);
});

it.each([
  ['are right', 'products'],
  ['are faulty', 'nowhere'],
])(
  'long texts that %s are remembered as far as they fit into memory, and read again then',
  async (_, field) => {
    const { operations, read } = asked();
    const text = (n: number): string => `query Q${n} { ${field} { name } } ${long}`;
    for (let n = 0; n < 30; n += 1) await operations.operation(text(n), undefined);
    await operations.operation(text(29), undefined);
    expect(read()).toBe(30);
    await operations.operation(text(0), undefined);
    expect(read()).toBe(31);
  },
);

it('a long text of many operations is read once for each of them', async () => {
  const { operations, read } = asked();
  const many = Array.from({ length: 100 }, (_, n) => `query Q${n} { products { name } }`).join(' ');
  const text = `${many} ${long}`;
  for (let round = 0; round < 2; round += 1)
    for (let n = 0; n < 100; n += 1)
      expect(await operations.operation(text, `Q${n}`)).toMatchObject({ name: `Q${n}` });
  expect(read()).toBe(100);
  expect(await operations.operation(text, 'None')).toHaveProperty('faults');
});

/** A text of forty operations that are too many for the memory of one text. */
const crowded = (() => {
  const fields = Array.from({ length: 190 }, (_, n) => `a${n}: name #${'x'.repeat(400)}\n`).join('');
  const many = Array.from({ length: 40 }, (_, n) => `query Q${n} { products { ...All } }`).join(' ');
  return `${many} fragment All on Product { ${fields} }`;
})();

it('of operations that are too many for the memory of one text those that were asked last are remembered', async () => {
  const { operations, read } = asked();
  for (let n = 0; n < 40; n += 1)
    expect(await operations.operation(crowded, `Q${n}`)).toHaveProperty('compiled');
  await operations.operation(crowded, 'Q39');
  expect(read()).toBe(40);
  expect(await operations.operation(crowded, 'Q0')).toHaveProperty('compiled');
  expect(read()).toBe(41);
});

/** Of operations whose plans are far larger than their text. */
const unfolding = (n: number, depth: number): string => {
  const fragments = Array.from(
    { length: depth },
    (_, at) => `fragment F${at + 1} on Product { alike { ...F${at} } also { ...F${at} } }`,
  ).join(' ');
  return `query Q${n} { products { ...F${depth} } } fragment F0 on Product { upc name weight a b c d e f } ${fragments}`;
};

async function compiledIn(operations: AskedOperations, text: string): Promise<CompiledOperation> {
  const known = await operations.operation(text, undefined);
  if ('faults' in known) throw new Error(String(known.faults));
  return known.compiled;
}

/** How often it has to be planned to be ready. */
async function plannedAgain(compiled: CompiledOperation): Promise<number> {
  let planned = 0;
  const span = { end: () => undefined };
  await compiled.prepare({
    plan: () => {
      planned += 1;
      return span;
    },
  } as never);
  return planned;
}

it.each([
  [
    'spread fragments twice in one another are remembered as far as what they unfold to fits into memory',
    8,
    1,
  ],
  ['are short and unfold to little are all remembered', 1, 0],
])('plans of texts that %s', async (_, depth, again) => {
  const { operations } = asked();
  const first = await compiledIn(operations, unfolding(0, depth));
  for (let n = 1; n < 90; n += 1) await compiledIn(operations, unfolding(n, depth));
  expect(await plannedAgain(first)).toBe(again);
});

describe('what another supergraph was asked of late is planned', () => {
  const many = Array.from({ length: 50 }, (_, n) => `query Q${n} { products { name } }`).join(' ');
  const used = async () => {
    const { operations } = asked();
    for (let n = 0; n < 50; n += 1) await operations.operation(many, `Q${n}`);
    return operations;
  };

  it('and named in the log by the hash of its text, where the process that plans ends at it', async () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const metrics = new Registry();
    const begun = async (): Promise<string | undefined> =>
      /plan_wait_seconds_count\{outcome="turn"\} (\d+)/.exec(await metrics.metrics())?.[1];
    const before = asked();
    const text = 'query Ahead { products { name } }';
    await compiledIn(before.operations, text);
    const after = asked({
      log: createLogger({ name: 'test', level: 'warn', destination }),
      figures: createPlanningFigures(metrics),
    });
    await compiledIn(after.operations, '{ products { upc } }');
    const { pid } = planningProcess;
    if (pid === undefined) throw new Error('there is no planning process');
    freeze(pid);
    const warmed = after.operations.warm(before.operations);
    await eventually(async () => expect(await begun()).toBe('2'));
    process.kill(pid, 'SIGKILL');
    await warmed;
    expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({
      msg: 'the planning process ended',
      operationHash: createHash('sha256').update(text).digest('hex'),
    });
  });

  it('and requests have their turn between any two operations', async () => {
    const next = asked();
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    await next.operations.warm(await used());
    isOver = true;
    expect(next.read()).toBe(50);
    expect(turns).toBeGreaterThanOrEqual(50);
  });

  it('for as long as a new one may wait for it, those that were used last before others', async () => {
    const next = asked();
    let clockMs = 0;
    await next.operations.warm(await used(), () => {
      clockMs += 500;
      return clockMs;
    });
    expect(next.read()).toBe(4);
    await next.operations.operation(many, 'Q49');
    expect(next.read()).toBe(4);
    await next.operations.operation(many, 'Q0');
    expect(next.read()).toBe(5);
  });

  // More plans than there is memory for are a quarter of a minute of planning: at night (`NIGHTLY=1`, .ci/nightly).
  if (atNight)
    it('and forgotten in the order of its use: plans', async () => {
      const before = asked().operations;
      for (let n = 0; n < 40; n += 1) await compiledIn(before, unfolding(n, 8));
      const next = asked().operations;
      await next.warm(before, () => 0);
      for (let n = 100; n < 140; n += 1) await compiledIn(next, unfolding(n, 8));
      expect(await plannedAgain(await compiledIn(next, unfolding(39, 8)))).toBe(0);
      expect(await plannedAgain(await compiledIn(next, unfolding(0, 8)))).toBe(1);
    });

  it('and forgotten in the order of its use: operations of one text', async () => {
    const before = asked().operations;
    for (let n = 0; n < 20; n += 1) await before.operation(crowded, `Q${n}`);
    const next = asked();
    await next.operations.warm(before, () => 0);
    for (let n = 20; n < 40; n += 1) await next.operations.operation(crowded, `Q${n}`);
    const read = next.read();
    await next.operations.operation(crowded, 'Q19');
    expect(next.read()).toBe(read);
    await next.operations.operation(crowded, 'Q0');
    expect(next.read()).toBe(read + 1);
  });

  it('as far as there is room, and what was asked meanwhile stays', async () => {
    const text = (n: number): string => `query Q${n} { products { name } } ${long}`;
    const before = asked().operations;
    for (let n = 0; n < 24; n += 1) await before.operation(text(n), undefined);
    const next = asked();
    for (let n = 100; n < 112; n += 1) await next.operations.operation(text(n), undefined);
    await next.operations.warm(before, () => 0);
    const read = next.read();
    for (let n = 100; n < 112; n += 1) await next.operations.operation(text(n), undefined);
    await next.operations.operation(text(23), undefined);
    expect(next.read()).toBe(read);
    await next.operations.operation(text(0), undefined);
    expect(next.read()).toBe(read + 1);
  });
});
