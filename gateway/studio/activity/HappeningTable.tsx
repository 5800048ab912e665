import { Fragment, type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { entityPath } from '../data/entity-pages.ts';
import { useModels } from '../data/use-models.ts';
import { Badge } from '../elements/Badge.tsx';
import { Icon } from '../elements/Icon.tsx';
import { Moment } from '../elements/Moment.tsx';
import { type Happening, splitSubject, toneOf } from './happening.ts';

/** What happened, a line each; what more is known of it opens below the line. */
export function HappeningTable({ happenings }: { readonly happenings: readonly Happening[] }): ReactNode {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (id: string): void => {
    const next = new Set(open);
    if (!next.delete(id)) next.add(id);
    setOpen(next);
  };
  return (
    <div className="scroll-x">
      <table className="table happenings">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">What</th>
            <th scope="col">Subject</th>
            <th scope="col">Who</th>
            <th scope="col">
              <span className="only-heard">Details</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {happenings.map((happening) => (
            <Fragment key={happening.id}>
              <HappeningRow
                happening={happening}
                isOpen={open.has(happening.id)}
                onToggle={() => toggle(happening.id)}
              />
              {open.has(happening.id) && (
                <tr className="happening-details">
                  <td colSpan={5}>
                    <pre>{JSON.stringify(happening.details, null, 2)}</pre>
                    <p className="faint">
                      <code>{happening.subject}</code> · event <code>{happening.id}</code> ·{' '}
                      <code>{happening.time}</code>
                    </p>
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function HappeningRow({
  happening,
  isOpen,
  onToggle,
}: {
  readonly happening: Happening;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}): ReactNode {
  const { time, type, actor, actorKind, isNew } = happening;
  return (
    <tr data-new={isNew || undefined}>
      <td>
        <span className="two-lines">
          <Moment at={time} show="clock" />
          <span className="faint">
            <Moment at={time} show="day" />
          </span>
        </span>
      </td>
      <td>
        <Badge tone={toneOf(type)}>
          <code>{type}</code>
        </Badge>
      </td>
      <td>
        <Subject happening={happening} />
      </td>
      <td>
        <span className="actor" title={actor}>
          {actor}
        </span>{' '}
        {actorKind !== 'USER' && <Badge>{actorKind.replace('_', ' ').toLowerCase()}</Badge>}
      </td>
      <td className="end">
        <button
          type="button"
          className="button"
          data-look="quiet"
          data-alone
          aria-expanded={isOpen}
          aria-label={`Details of ${type} at ${time}`}
          onClick={onToggle}
        >
          <Icon name={isOpen ? 'up' : 'down'} />
        </button>
      </td>
    </tr>
  );
}

/** Leads to the record where there is one, and to what changed. */
function Subject({ happening }: { readonly happening: Happening }): ReactNode {
  const models = useModels();
  const { kind, id } = splitSubject(happening.subject);
  const model = models.data?.find(({ name }) => name === kind);
  const name = (
    <>
      {kind} <code className="faint">{shortened(id)}</code>
    </>
  );
  const path = model === undefined ? entityPath(kind, id) : `/data/${model.plural}/${id}`;
  const changed = changedFields(happening.details);
  return (
    <span className="two-lines">
      {path !== undefined && !happening.type.endsWith('.deleted') ? (
        <Link href={path}>{name}</Link>
      ) : (
        <span>{name}</span>
      )}
      {changed !== undefined && <span className="faint">{changed}</span>}
    </span>
  );
}

/** UUIDs of one hour begin alike: their ends tell them apart. */
function shortened(id: string): string {
  return id.length > 20 ? `…${id.slice(-8)}` : id;
}

function changedFields(details: unknown): string | undefined {
  if (typeof details !== 'object' || details === null) return undefined;
  const { changed, coordinate } = details as { readonly changed?: unknown; readonly coordinate?: unknown };
  if (typeof coordinate === 'string') return coordinate;
  return Array.isArray(changed) && changed.length > 0 ? changed.join(', ') : undefined;
}
