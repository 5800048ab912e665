/**
 * A fault that nobody foresaw, with a text of our own words alone: no values, nothing that somebody sent. Logs keep the text, which they leave out of other errors.
 */
export class ExplainedError extends Error {
  override readonly name = 'ExplainedError';
}
