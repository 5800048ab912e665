import { type ReactNode, useState } from 'react';
import { useClient } from 'urql';
import { Button } from '../elements/Button.tsx';
import { Dialog } from '../elements/Dialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Icon } from '../elements/Icon.tsx';
import { auditChainQuery } from '../generated/operations.ts';
import { type ChainVerdict, checkChain } from './chain-check.ts';

/** Recomputes the chain of the whole log when it is asked to, and says what came of it. */
export function AuditChain(): ReactNode {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [reached, setReached] = useState(0);
  const [outcome, setOutcome] = useState<ChainVerdict | Error>();
  const verify = async (): Promise<void> => {
    setBusy(true);
    setReached(0);
    const ask = () => client.query(auditChainQuery, {}, { requestPolicy: 'network-only' }).toPromise();
    setOutcome(await checkChain(ask, setReached));
    setBusy(false);
  };
  return (
    <>
      <Button icon="link" busy={busy} onClick={() => verify()}>
        {busy && reached > 0 ? `${counted(reached)} entries verified` : 'Verify the chain'}
      </Button>
      {outcome !== undefined && (
        <Dialog title="The audit chain" onClose={() => setOutcome(undefined)}>
          <div className="dialog-body">
            {outcome instanceof Error ? <FailureNotice error={outcome} /> : <Verdict {...outcome} />}
          </div>
          <div className="dialog-foot">
            <Button look="primary" onClick={() => setOutcome(undefined)}>
              Close
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

function counted(entries: number): string {
  return new Intl.NumberFormat('en').format(entries);
}

function Verdict({ intact, entries }: ChainVerdict): ReactNode {
  return (
    <div className="notice" data-tone={intact ? 'good' : 'danger'} role="status">
      <Icon name={intact ? 'check' : 'alert'} />
      <div>
        <p className="notice-title">{intact ? 'The chain is whole' : 'The chain is broken'}</p>
        <p className="soft">
          {intact
            ? `All ${counted(entries)} entries are as they were written, in the order in which they were written.`
            : `After checking ${counted(entries)} entries: one was changed, removed or put in by hand. Look into who can reach the database.`}
        </p>
      </div>
    </div>
  );
}
