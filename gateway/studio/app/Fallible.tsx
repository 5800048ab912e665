import { Component, type ReactNode } from 'react';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Refusal } from '../graph/refusal.ts';
import { PageNotFetched } from './fetched-page.ts';

interface Props {
  /** Where in the console one is: a fault belongs to its place, and another place begins anew. */
  readonly place: string;
  readonly children: ReactNode;
}

interface State {
  readonly place: string;
  readonly fault: unknown;
}

/**
 * A fault of the console's own costs the part it is in, not the page; the rest goes on. What the fault was is for the browser's console,
 * where React writes it: its words mean nothing to who reads the page.
 */
export class Fallible extends Component<Props, State> {
  override state: State = { place: this.props.place, fault: undefined };

  static getDerivedStateFromError(fault: unknown): Partial<State> {
    return { fault };
  }

  static getDerivedStateFromProps({ place }: Props, state: State): State | null {
    return place === state.place ? null : { place, fault: undefined };
  }

  override render(): ReactNode {
    const { fault } = this.state;
    if (fault === undefined) return this.props.children;
    // React keeps that a page could not be fetched: only a new document asks again.
    const isMissing = fault instanceof PageNotFetched;
    return (
      <div className="alone">
        <FailureNotice
          error={isMissing ? notFetched : ownFault}
          onRetry={() => (isMissing ? location.reload() : this.setState({ fault: undefined }))}
        />
      </div>
    );
  }
}

const notFetched = Refusal.ofNetwork(undefined);
const ownFault = new Refusal('This part of the console has failed.', {
  code: 'CONSOLE_FAULT',
  advice:
    'Try again, or load the page anew. Nothing that was saved is lost, and the rest of the console goes on. If it stays, tell who runs this installation, with what the browser’s console says.',
});
