import { Component, type ReactNode } from 'react';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Refusal } from '../graph/refusal.ts';

interface Props {
  /** Where in the console one is: a fault belongs to its place, and another place begins anew. */
  readonly place: string;
  readonly children: ReactNode;
}

interface State {
  readonly place: string;
  readonly hasFailed: boolean;
}

/**
 * A fault of the console's own costs the part it is in, not the page; the rest goes on. What the fault was is for the browser's console,
 * where React writes it: its words mean nothing to who reads the page.
 */
export class Fallible extends Component<Props, State> {
  override state: State = { place: this.props.place, hasFailed: false };

  static getDerivedStateFromError(): Partial<State> {
    return { hasFailed: true };
  }

  static getDerivedStateFromProps({ place }: Props, state: State): State | null {
    return place === state.place ? null : { place, hasFailed: false };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <div className="alone">
        <FailureNotice error={ownFault} onRetry={() => this.setState({ hasFailed: false })} />
      </div>
    );
  }
}

const ownFault = new Refusal('This part of the console has failed.', {
  code: 'CONSOLE_FAULT',
  advice:
    'Try again, or load the page anew. Nothing that was saved is lost, and the rest of the console goes on. If it stays, tell who runs this installation, with what the browser’s console says.',
});
