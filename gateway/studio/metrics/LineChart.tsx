import { type ReactNode, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { alignedOf } from './aligned-lines.ts';
import { useColours } from './colours.ts';
import type { Line } from './metric-series.ts';

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
    chart.current?.setData(alignedOf(lines, stepMs) as uPlot.AlignedData);
  }, [lines, stepMs, names, colours]);

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

function described(lines: readonly Line[]): string {
  const parts = lines.map(({ name, values }) => {
    const last = [...values.entries()].sort(([a], [b]) => a - b).at(-1);
    return last === undefined
      ? `${name} has no values`
      : `${name} is ${last[1] ?? 'without a value'} in its last window`;
  });
  return parts.join('; ');
}
