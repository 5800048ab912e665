import { Component, type ReactNode } from 'react';
import { FailureNotice } from '../elements/FailureNotice.tsx';

interface Props {
  readonly children: ReactNode;
}

interface State {
  readonly error: Error | undefined;
}

/** A fault of the console's own costs the part it is in, not the page; the rest goes on. */
export class Fallible extends Component<Props, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <div className="alone">
        <FailureNotice error={error} onRetry={() => this.setState({ error: undefined })} />
      </div>
    );
  }
}
