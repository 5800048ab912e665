import { type ReactNode, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useColours } from './colours.ts';
import type { Line } from './metric-series.ts';

const heightPx = 220;

/** Lines over time. It keeps its place while values move, and says in words what it shows; the numbers are a button away. */
export function LineChart({
  lines,
  title,
}: {
  readonly lines: readonly Line[];
  readonly title: string;
}): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const colours = useColours(place);
  const names = lines.map(({ name }) => name).join('\n');

  useEffect(() => {
    const element = place.current;
    if (element === null || colours === undefined) return;
    const made = new uPlot(optionsFor(names.split('\n'), colours, element.clientWidth), [[]], element);
    chart.current = made;
    const sized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: heightPx }));
    sized.observe(element);
    return () => {
      sized.disconnect();
      made.destroy();
      chart.current = undefined;
    };
  }, [names, colours]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a chart made anew needs its values again.
  useEffect(() => {
    chart.current?.setData(alignedOf(lines));
  }, [lines, names, colours]);

  return <div ref={place} className="line-chart" role="img" aria-label={`${title}: ${described(lines)}`} />;
}

function optionsFor(names: readonly string[], colours: readonly string[], width: number): uPlot.Options {
  const [ink = '', rule = '', ...series] = colours;
  const axis = { stroke: ink, grid: { stroke: rule, width: 1 }, ticks: { show: false }, font: '11px Inter' };
  return {
    width,
    height: heightPx,
    cursor: { y: false },
    legend: { show: names.length > 1, live: false },
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

/** Seconds since 1970 in common, then each line's values; a window without a value is a gap. */
function alignedOf(lines: readonly Line[]): uPlot.AlignedData {
  const starts = [...new Set(lines.flatMap(({ values }) => [...values.keys()]))].sort((a, b) => a - b);
  const rows = lines.map(({ values }) => starts.map((start) => values.get(start) ?? null));
  return [starts.map((start) => start / 1_000), ...rows] as uPlot.AlignedData;
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
