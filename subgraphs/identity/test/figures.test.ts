import { addPoolFigures } from '@tributary/engines/relational/pool-figures';
import { eventually } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import { goodPassword, newOwner, signInMutation } from './people.ts';
import { runIdentity, stranger } from './running-identity.ts';

it('the figures tell of refused sign-ins by reason, of the lag of the audit log and of the connections', async () => {
  await using identity = await runIdentity();
  const { relay } = await identity.audited();
  const olga = await newOwner(identity);
  addPoolFigures(identity.metrics, identity.relational);
  const signIn = (password: string, workspace: string | null) =>
    identity.ask(stranger, signInMutation, { input: { email: olga.email, password, workspace } });
  await signIn(goodPassword, 'elsewhere');
  for (let n = 0; n < 11; n += 1) await signIn('wrong', null);
  const figures = await identity.metrics.metrics();
  for (const [reason, count] of [
    ['workspace', 1],
    ['credentials', 10],
    ['limited', 1],
  ])
    expect(figures).toContain(`tributary_sign_ins_refused_total{reason="${reason}"} ${count}`);
  for (const state of ['in_use', 'idle', 'waiting'])
    expect(figures).toMatch(new RegExp(`^tributary_database_connections\\{state="${state}"\\} \\d+$`, 'm'));
  await relay();
  await eventually(async () => {
    const lag = /^tributary_audit_lag_seconds_count (\d+)$/m.exec(await identity.metrics.metrics())?.[1];
    expect(Number(lag)).toBeGreaterThan(0);
  });
});
