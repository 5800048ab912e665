import type { ReactNode } from 'react';
import { Button } from '../elements/Button.tsx';
import type { EventKind } from './use-event-kinds.ts';

/** A step as it is chosen: a kind of event and, if wanted, one property with a value. */
export interface ChosenStep {
  readonly id: number;
  readonly event: string;
  readonly property: string;
  readonly text: string;
}

const fewest = 2;
const most = 8;

/** The steps of a funnel in their order. */
export function FunnelSteps({
  steps,
  kinds,
  onChange,
}: {
  readonly steps: readonly ChosenStep[];
  readonly kinds: readonly EventKind[];
  readonly onChange: (steps: readonly ChosenStep[]) => void;
}): ReactNode {
  const change = (id: number, part: Partial<ChosenStep>): void =>
    onChange(steps.map((step) => (step.id === id ? { ...step, ...part } : step)));
  const add = (): void => {
    const id = Math.max(...steps.map((step) => step.id)) + 1;
    onChange([...steps, { id, event: kinds[0]?.name ?? '', property: '', text: '' }]);
  };
  return (
    <fieldset className="funnel-steps">
      <legend>Steps</legend>
      <ol>
        {steps.map(({ id, event, property, text }, index) => {
          const properties = kinds.find(({ name }) => name === event)?.properties ?? [];
          return (
            <li key={id}>
              <span className="funnel-number" aria-hidden="true">
                {index + 1}
              </span>
              <select
                className="select"
                aria-label={`Step ${index + 1}: event`}
                value={event}
                onChange={({ target: { value } }) => change(id, { event: value, property: '', text: '' })}
              >
                {kinds.map(({ name }) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
              <select
                className="select"
                aria-label={`Step ${index + 1}: property`}
                value={property}
                onChange={({ target: { value } }) => change(id, { property: value, text: '' })}
              >
                <option value="">whatever it holds</option>
                {properties.map(({ name }) => (
                  <option key={name} value={name}>
                    where {name} is
                  </option>
                ))}
              </select>
              {property !== '' && (
                <input
                  className="input"
                  aria-label={`Step ${index + 1}: value of ${property}`}
                  value={text}
                  onChange={({ target: { value } }) => change(id, { text: value })}
                />
              )}
              {steps.length > fewest && (
                <Button
                  look="quiet"
                  icon="close"
                  aria-label={`Remove step ${index + 1}`}
                  onClick={() => onChange(steps.filter((step) => step.id !== id))}
                />
              )}
            </li>
          );
        })}
      </ol>
      {steps.length < most && (
        <Button look="quiet" icon="plus" onClick={add}>
          Add a step
        </Button>
      )}
    </fieldset>
  );
}

/** The condition of a step as the graph takes it: a value of the property's declared type. */
export function whereOfStep(
  { event, property, text }: ChosenStep,
  kinds: readonly EventKind[],
): Readonly<Record<string, unknown>> | null {
  if (property === '') return null;
  const type = kinds
    .find(({ name }) => name === event)
    ?.properties.find(({ name }) => name === property)?.type;
  if (type === 'Boolean') return { [property]: text.trim() === 'true' };
  const number = Number(text);
  const isNumber = (type === 'Int' || type === 'Float') && text.trim() !== '' && !Number.isNaN(number);
  return { [property]: isNumber ? number : text };
}
