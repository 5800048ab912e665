import { eventually, graphCaller } from '@tributary/test-kit';
import { expect } from 'vitest';
import { seriesOf } from './every-series.ts';

/** In the order in which series come. */
const paths = ['/', '/book', '/search'];
/** Each page takes as long as it is numbered, so that sums tell which ones are in them. */
const eventOf = (n: number) => ({
  id: `view-${n}`,
  name: 'page.viewed',
  subject: `visitor-${n % 16}`,
  properties: { path: paths[n % paths.length], loadMs: n % 1_000 },
});
const viewsOfTurn = 2;
/** Longer than anything here is away. */
const patient = { timeoutMs: 120_000 };

export interface LedgerOptions {
  /** Where the product is now. */
  readonly url: () => string;
  /** That of an API key: it outlives a restart. */
  readonly authorization: string;
}

/** Page views that are told until each is acknowledged, whatever happens to the product: what its metric has to say is known. */
export class PageLedger {
  readonly #options: LedgerOptions;
  #acknowledged = 0;
  #writing: Promise<void> | undefined;
  #isStopping = false;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Tells views, a few at a time, until `stop`. */
  start(): void {
    this.#isStopping = false;
    this.#writing = this.#write();
  }

  /** Resolves when the last ones are acknowledged. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#writing;
  }

  /** What the metric counts, by path, is what was acknowledged: nothing is lost, and nothing is in it twice. */
  async expectCounted(): Promise<void> {
    const views = Array.from({ length: this.#acknowledged }, (_, n) => eventOf(n).properties);
    const expected = paths.map((path) => {
      const loads = views.filter((view) => view.path === path).map(({ loadMs }) => loadMs);
      return [path, loads.length, loads.reduce((sum, loadMs) => sum + loadMs, 0)];
    });
    const asked = { name: 'page_views', window: 'DAY', dimensions: ['path'] };
    const { series } = await seriesOf(graphCaller(this.#options.url(), this.#options.authorization), asked);
    // Days: the clock of the test may pass midnight.
    const counted = series.map(({ dimensions, points }) => {
      const sum = (of: (point: (typeof points)[number]) => number): number =>
        points.reduce((total, point) => total + of(point), 0);
      return [
        dimensions['path'],
        sum(({ rows }) => rows),
        Math.round(sum(({ rows, byMeasure }) => rows * (byMeasure['loadMs'] ?? 0))),
      ];
    });
    expect(counted).toEqual(expected);
  }

  async #write(): Promise<void> {
    while (!this.#isStopping) {
      const events = Array.from({ length: viewsOfTurn }, (_, n) => eventOf(this.#acknowledged + n));
      // Where it is not known whether they are kept, they are told again under their ids.
      await eventually(() => this.#tell(events), patient);
      this.#acknowledged += events.length;
    }
  }

  async #tell(events: readonly object[]): Promise<void> {
    const { url, authorization } = this.#options;
    const { data, errors } = await graphCaller(url(), authorization)<{ track: { status: string }[] }>(
      'mutation ($events: [TrackEvent!]!) { track(events: $events) { status } }',
      { events },
    );
    expect(errors).toEqual([]);
    expect(data.track.filter(({ status }) => status === 'REFUSED')).toEqual([]);
  }
}
