import { type CSSProperties, type ReactNode, useEffect, useMemo, useRef } from 'react';
import { Link } from 'wouter';
import { Badge } from '../elements/Badge.tsx';
import type { RunCondition } from '../generated/operations.ts';
import { type GraphLayout, grouped, layoutOf, type Placed } from './graph-layout.ts';
import { readableDuration, runStates } from './run-states.ts';
import { type ConnectedGraph, type GraphRun, useRunGraph } from './use-run-graph.ts';

const node = { width: 208, height: 60, gapX: 72, gapY: 16 } as const;

const conditions: Readonly<Record<RunCondition, string>> = {
  SUCCESS: 'after the success of',
  FAILURE: 'if it fails:',
  FINISH: 'once it is over:',
};

/** Everything a run hangs together with, from left to right in the order in which it can happen, alive; nothing when it stands alone. */
export function RunGraph({ id }: { readonly id: string }): ReactNode {
  const graph = useRunGraph(id);
  if (graph === undefined || graph.runs.length < 2) return null;
  return <Drawn graph={graph} id={id} />;
}

function Drawn({ graph, id }: { readonly graph: ConnectedGraph; readonly id: string }): ReactNode {
  const { runs, links, truncated } = graph;
  const frame = useRef<HTMLDivElement>(null);
  const shape = `${runs.map((run) => run.id).join()} ${links.map(({ from, to }) => from + to).join()}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: states move, places stay while the shape is the same.
  const layout = useMemo(
    () =>
      layoutOf(
        runs.map((run) => run.id),
        links,
      ),
    [shape],
  );
  const placed = useMemo(() => new Map(layout.nodes.map((each) => [each.id, each])), [layout]);
  const byId = new Map(runs.map((run) => [run.id, run]));
  useEffect(() => {
    const element = frame.current?.querySelector<HTMLElement>('[aria-current]');
    if (element === null || element === undefined || frame.current === null) return;
    frame.current.scrollTo(
      element.offsetLeft - frame.current.clientWidth / 3,
      element.offsetTop - frame.current.clientHeight / 3,
    );
  }, []);
  return (
    <section className="panel" aria-label="Graph of runs">
      <header className="panel-head">
        <h2>Graph</h2>
        <span className="faint">{summaryOf(runs)}</span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <div ref={frame} className="run-graph" tabIndex={0}>
        <div className="run-graph-ground" style={sizeOf(layout)}>
          <Lines links={links} placed={placed} byId={byId} />
          <ol>
            {layout.nodes.map((place) => {
              const run = byId.get(place.id);
              if (run === undefined) return null;
              return (
                <Node
                  key={run.id}
                  run={run}
                  place={place}
                  isHere={run.id === id}
                  before={beforeOf(run.id, { links, byId })}
                />
              );
            })}
          </ol>
        </div>
      </div>
      {truncated && (
        <p className="table-note faint">There is more: the 500 runs nearest to this one are shown.</p>
      )}
    </section>
  );
}

function Node({
  run,
  place,
  isHere,
  before,
}: {
  readonly run: GraphRun;
  readonly place: Placed;
  readonly isHere: boolean;
  readonly before: string;
}): ReactNode {
  const { title, tone } = runStates[run.state];
  const share =
    run.state === 'RUNNING' && run.progress.total !== null && run.progress.total > 0
      ? run.progress.done / run.progress.total
      : undefined;
  return (
    <li className="run-node" style={placeOf(place)} data-state={run.state}>
      <Link
        href={`/runs/${run.id}`}
        aria-current={isHere ? 'page' : undefined}
        title={`${run.jobName} ${run.id}`}
      >
        <span className="run-node-name">{run.jobName}</span>
        <span className="run-node-state">
          <Badge tone={tone}>
            {run.cancelRequested && run.state === 'RUNNING' ? 'is being cancelled' : title}
          </Badge>
          <span className="faint numeric">{tookOf(run)}</span>
        </span>
        <span className="only-heard">{before}</span>
        {share !== undefined && (
          <span className="run-node-share" style={{ width: `${Math.min(1, share) * 100}%` }} />
        )}
      </Link>
    </li>
  );
}

function Lines({
  links,
  placed,
  byId,
}: {
  readonly links: ConnectedGraph['links'];
  readonly placed: ReadonlyMap<string, Placed>;
  readonly byId: ReadonlyMap<string, GraphRun>;
}): ReactNode {
  return (
    <svg aria-hidden="true">
      <defs>
        <marker
          id="run-arrow"
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="7"
          markerHeight="7"
          orient="auto"
        >
          <path d="M0 0.5 7 4 0 7.5z" />
        </marker>
      </defs>
      {links.map(({ from, to, condition }) => {
        const [start, end] = [placed.get(from), placed.get(to)];
        if (start === undefined || end === undefined) return null;
        const [x1, y1, x2, y2] = [
          leftOf(start) + node.width,
          middleOf(start),
          leftOf(end) - 2,
          middleOf(end),
        ];
        const bend = Math.max(28, (x2 - x1) / 2);
        return (
          <path
            key={`${from} ${to} ${condition}`}
            d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`}
            data-condition={condition ?? 'ENQUEUED'}
            data-idle={byId.get(to)?.state === 'SKIPPED' || undefined}
            markerEnd="url(#run-arrow)"
          />
        );
      })}
    </svg>
  );
}

const leftOf = ({ layer }: Placed): number => layer * (node.width + node.gapX);
const topOf = ({ row }: Placed): number => row * (node.height + node.gapY);
const middleOf = (place: Placed): number => topOf(place) + node.height / 2;

function placeOf(place: Placed): CSSProperties {
  return { left: leftOf(place), top: topOf(place), width: node.width, height: node.height };
}

function sizeOf({ layers, rows }: GraphLayout): CSSProperties {
  return {
    width: layers * (node.width + node.gapX) - node.gapX,
    height: rows * (node.height + node.gapY) - node.gapY,
  };
}

/** What a run comes after, for those who hear the graph. */
function beforeOf(
  id: string,
  { links, byId }: { readonly links: ConnectedGraph['links']; readonly byId: ReadonlyMap<string, GraphRun> },
): string {
  const parts = links
    .filter(({ to }) => to === id)
    .map(({ from, condition }) => {
      const name = byId.get(from)?.jobName ?? 'another run';
      return condition === null ? `enqueued by ${name}` : `${conditions[condition]} ${name}`;
    });
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`;
}

function tookOf({ startedAt, finishedAt }: GraphRun): string {
  if (startedAt === null || finishedAt === null) return '';
  return readableDuration(Date.parse(finishedAt) - Date.parse(startedAt));
}

/** `12 runs: 3 running, 9 succeeded`. */
function summaryOf(runs: readonly GraphRun[]): string {
  const counted = [...grouped(runs, ({ state }) => state)].map(
    ([state, those]) => `${those.length} ${runStates[state].title}`,
  );
  return `${runs.length} runs: ${counted.join(', ')}`;
}
