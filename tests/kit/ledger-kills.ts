/** How often a ledger kills what it kills: so often where a change waits for the outcome, 20 times at night (`LEDGER_KILLS=20`, .ci/nightly). */
export function ledgerKills(ofAChange: number): number {
  return Number(process.env['LEDGER_KILLS'] ?? ofAChange);
}
