/** This machine lacks what an engine needs, so that its tests are skipped with this reason. Anything else that fails is a failure. */
export class CannotProvision extends Error {
  override readonly name = 'CannotProvision';
}
