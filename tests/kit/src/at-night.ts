/** Whether this is the run of a night (`NIGHTLY=1`, .ci/nightly), which leaves nothing out; a change waits for the other. */
export const atNight = process.env['NIGHTLY'] !== undefined;

/** How often something of chance, or of one kind, is tried: so often where a change waits for the outcome, and so often at night. */
export function rounds(ofAChange: number, ofANight: number): number {
  return atNight ? ofANight : ofAChange;
}
