import DataLoader from 'dataloader';
import type { AnalyticsCore } from '../core.ts';
import { askedRange } from '../domain/metric-question.ts';
import type { AnswerPoints } from '../usecases/answer-points.ts';
import type { Asking } from '../usecases/asking.ts';
import { askedWindow, latestStartsOf, type Series, seriesOf } from '../usecases/read-series.ts';
import { visibleMetric } from '../usecases/visible-metric.ts';

/** What a metric's field of one entity asks for. */
export interface EntityQuestion {
  readonly metric: string;
  readonly by: string;
  readonly window: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Of the entity. */
  readonly id: string;
}

/** The call that asks. */
type Caller = Pick<Asking, 'principal'> & { readonly points: AnswerPoints };

export type EntitySeriesLoader = DataLoader<EntityQuestion, Series, string>;

const maxBatch = 500;

/** Series of many entities: one statement for all that ask for the same metric, window and time. */
export function entitySeriesLoader(core: AnalyticsCore, caller: Caller): EntitySeriesLoader {
  return new DataLoader(
    async (questions) => {
      const byShape = new Map<string, EntityQuestion[]>();
      for (const question of questions) {
        const shape = shapeOf(question);
        const alike = byShape.get(shape);
        if (alike === undefined) byShape.set(shape, [question]);
        else alike.push(question);
      }
      const loaded = new Map<string, Series | Error>();
      await Promise.all(
        [...byShape.values()].map(async (alike) => {
          const answers = await loadAlike(core, caller, alike).catch((error: Error) => error);
          alike.forEach((question, at) => {
            const answer = answers instanceof Error ? answers : answers[at];
            if (answer !== undefined) loaded.set(keyOf(question), answer);
          });
        }),
      );
      return questions.map(
        (question) => loaded.get(keyOf(question)) ?? new Error('a question was not answered'),
      );
    },
    { maxBatchSize: maxBatch, cacheKeyFn: keyOf },
  );
}

async function loadAlike(
  core: AnalyticsCore,
  { principal, points }: Caller,
  questions: readonly EntityQuestion[],
): Promise<readonly Series[]> {
  const [first] = questions;
  if (first === undefined) return [];
  const metric = visibleMetric(core, principal, first.metric);
  const window = askedWindow(metric, first.window);
  const { workspaceId } = principal;
  const grouping = [first.by];
  const place = { pipeline: metric.name, workspaceId, window: window.name, grouping };
  const range = await askedRange(first, window, latestStartsOf(core, place));
  const results = await points.read((limit) =>
    core.streamEngine.series({
      ...place,
      where: { [first.by]: questions.map(({ id }) => id) },
      ...range,
      limit,
    }),
  );
  const byId = new Map(seriesOf(metric, grouping, results).map((series) => [series.group[0], series]));
  return questions.map(({ id }) => byId.get(id) ?? { metric, grouping, group: [id], windows: [] });
}

function shapeOf({ metric, by, window, from, to }: EntityQuestion): string {
  return JSON.stringify([metric, by, window, from, to]);
}

function keyOf(question: EntityQuestion): string {
  return `${shapeOf(question)}${question.id}`;
}
