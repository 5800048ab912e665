import { type ReactNode, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { alignedOf, spanOf } from './aligned-lines.ts';
import { useColours } from './colours.ts';
import type { Line } from './metric-series.ts';
import { isOfDays } from './window-days.ts';

const heightPx = 220;

/** Lines over time. It keeps its place while values move, and says in words what it shows; the numbers are a button away. */
export function LineChart({
  lines,
  stepMs,
  title,
}: {
  readonly lines: readonly Line[];
  /** From one window to the next; undefined where none is due. */
  readonly stepMs: number | undefined;
  readonly title: string;
}): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const step = useRef(stepMs);
  const colours = useColours(place);
  // A name may hold any character.
  const names = JSON.stringify(lines.map(({ name }) => name));
  const areDays = isOfDays(stepMs);

  useEffect(() => {
    const element = place.current;
    if (element === null || colours === undefined) return;
    const looks = { colours, width: element.clientWidth, step, areDays };
    const made = new uPlot(optionsFor(JSON.parse(names) as readonly string[], looks), [[]], element);
    chart.current = made;
    const sized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: heightPx }));
    sized.observe(element);
    return () => {
      sized.disconnect();
      made.destroy();
      chart.current = undefined;
    };
  }, [names, colours, areDays]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a chart made anew needs its values again.
  useEffect(() => {
    step.current = stepMs;
    chart.current?.setData(alignedOf(lines, stepMs) as uPlot.AlignedData);
  }, [lines, stepMs, names, colours, areDays]);

  return <div ref={place} className="line-chart" role="img" aria-label={`${title}: ${described(lines)}`} />;
}

interface Looks {
  readonly colours: readonly string[];
  readonly width: number;
  readonly step: { readonly current: number | undefined };
  /** Days are those of UTC; what begins within them is told by the reader's own clock. */
  readonly areDays: boolean;
}

function optionsFor(names: readonly string[], { colours, width, step, areDays }: Looks): uPlot.Options {
  const [ink = '', rule = '', ...series] = colours;
  const axis = { stroke: ink, grid: { stroke: rule, width: 1 }, ticks: { show: false }, font: '11px Inter' };
  return {
    width,
    height: heightPx,
    ...(areDays ? { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1_000), 'Etc/UTC') } : {}),
    cursor: { y: false },
    legend: { show: names.length > 1, live: false },
    // Nothing is drawn where there is no moment at all.
    scales: {
      x: { range: (_, from, to) => (from === null ? [from, to] : [...spanOf(from, to, step.current)]) },
    },
    axes: [axis, { ...axis, size: 56 }],
    series: [
      {},
      ...names.map((label, index) => ({
        label,
        stroke: series[index % series.length] ?? ink,
        width: 2,
        points: { size: 5 },
      })),
    ],
  };
}

function described(lines: readonly Line[]): string {
  const parts = lines.map(({ name, values }) => {
    const last = [...values.entries()].sort(([a], [b]) => a - b).at(-1);
    return last === undefined
      ? `${name} has no values`
      : `${name} is ${last[1] ?? 'without a value'} in its last window`;
  });
  return parts.join('; ');
}
