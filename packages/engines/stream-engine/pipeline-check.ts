import { CodedError } from '@tributary/runtime';
import type { Pipeline, Window } from './port.ts';

const limits = {
  dimensions: 8,
  groupings: 32,
  measures: 32,
  windows: 8,
  windowsPerRow: 96,
  groups: 100_000,
} as const;
const dayMs = 86_400_000;
const longestWindowMs = 366 * dayMs;

/**
 * Holds pipelines to what every engine can run within bounds.
 * @throws CodedError MODEL_INVALID naming every fault (details.faults).
 */
export function checkPipelines(pipelines: readonly Pipeline[]): void {
  const faults = pipelines.flatMap((pipeline) =>
    pipelineFaults(pipeline).map((fault) => `${pipeline.name}: ${fault}`),
  );
  const names = pipelines.map(({ name }) => name);
  for (const name of new Set(names.filter((each, at) => names.indexOf(each) < at)))
    faults.push(`${name}: is declared twice`);
  if (faults.length === 0) return;
  throw new CodedError('MODEL_INVALID', `The pipelines cannot run: ${faults.join('; ')}.`, {
    details: { faults },
  });
}

function pipelineFaults(pipeline: Pipeline): readonly string[] {
  const { dimensions, groupings, measures, windows, source } = pipeline;
  const faults: string[] = [];
  const expect = (holds: boolean, fault: string): void => {
    if (!holds) faults.push(fault);
  };
  expect(source.types.length > 0, 'names no event types');
  expect(measures.length > 0 && measures.length <= limits.measures, `has 1 to ${limits.measures} measures`);
  expect(windows.length > 0 && windows.length <= limits.windows, `has 1 to ${limits.windows} windows`);
  expect(dimensions.length <= limits.dimensions, `has ${limits.dimensions} dimensions at most`);
  expect(
    groupings.length > 0 && groupings.length <= limits.groupings,
    `has 1 to ${limits.groupings} groupings`,
  );
  expect(pipeline.maxGroups > 0 && pipeline.maxGroups <= limits.groups, `has up to ${limits.groups} groups`);
  expect(
    pipeline.outOfOrdernessMs >= 0 && (pipeline.allowedLatenessMs ?? 0) >= 0,
    'disorder and lateness are not negative',
  );
  for (const [what, list] of Object.entries({ measures, windows })) {
    const names = list.map(({ name }) => name);
    expect(new Set(names).size === names.length, `two of its ${what} have one name`);
  }
  const keys = groupings.map((names) => [...names].sort().join());
  expect(new Set(keys).size === keys.length, 'two of its groupings are the same');
  for (const name of groupings.flat())
    expect(dimensions.includes(name), `groups by ${name}, which is no dimension`);
  for (const measure of measures)
    if (measure.function === 'percentile')
      expect(
        measure.percentile > 0 && measure.percentile < 100,
        `${measure.name} is no percentile between 0 and 100`,
      );
  for (const window of windows) faults.push(...windowFaults(window));
  if (source.rows === 'changes') {
    expect(
      windows.every(({ kind }) => kind !== 'session'),
      'rows that are taken back cannot be taken out of sessions',
    );
    expect(
      pipeline.allowedLatenessMs === null,
      'rows that are taken back need their windows open: lateness is null',
    );
    expect(pipeline.ahead === undefined, 'records may lie in the future');
    expect(pipeline.keepMs === null, 'rows that are taken back need the windows they are in: all are kept');
  } else if (pipeline.allowedLatenessMs === null)
    expect(
      windows.every(({ kind }) => kind !== 'session'),
      'sessions need a bound for lateness',
    );
  const { keepMs, allowedLatenessMs } = pipeline;
  if (source.rows === 'properties' && keepMs !== null)
    expect(
      allowedLatenessMs !== null && keepMs >= allowedLatenessMs,
      'windows are kept at least as long as late rows may come for them',
    );
  return faults;
}

function windowFaults(window: Window): readonly string[] {
  const whole = (ms: number): boolean => Number.isInteger(ms) && ms >= 1_000 && ms <= longestWindowMs;
  const fault = `${window.name} is no window: sizes are whole milliseconds from a second to a year`;
  if (window.kind === 'session') return whole(window.gapMs) ? [] : [fault];
  if (!whole(window.sizeMs)) return [fault];
  if (window.kind === 'tumble') return [];
  if (!whole(window.slideMs) || window.sizeMs % window.slideMs !== 0)
    return [`${window.name}: its size is no multiple of its slide`];
  return window.sizeMs / window.slideMs <= limits.windowsPerRow
    ? []
    : [`${window.name} puts a row into more than ${limits.windowsPerRow} windows`];
}
