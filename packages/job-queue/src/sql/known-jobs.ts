/** Without a word from any runner for so long, while others were heard, a job is gone from the code. */
const silentSeconds = 180;
/** And after this its runs wait for nobody: a deployment that was taken back would have brought it again. */
const givenUpSeconds = 86_400;

/**
 * Jobs that were told of once, and that no runner names any more. Silence counts against what was heard last of any job, so that none is gone while
 * no runner is at work at all.
 */
const silentFor = (seconds: number): string =>
  `d.registered_at < (SELECT max(registered_at) FROM jobs.definition) - interval '${seconds} seconds'`;

/** Whether the definition called `d` is one of a job that is gone. */
export const isGone = silentFor(silentSeconds);

export const goneJobSql = `SELECT FROM jobs.definition d WHERE d.name = $1 AND ${isGone}`;

/** The jobs $1 are named by a runner that is at work. */
export const tellJobsSql = `UPDATE jobs.definition SET registered_at = now() WHERE name = ANY($1::text[])`;

export const givenUpJobsSql = `SELECT d.name FROM jobs.definition d WHERE ${silentFor(givenUpSeconds)}`;
