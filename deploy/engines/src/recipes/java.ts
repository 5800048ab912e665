import { CannotProvision } from '../recipe.ts';
import { isOnPath, runTool } from '../run-tool.ts';

const oldest = 17;

/** @throws CannotProvision where there is no Java, or one that is too old for Kafka 4, Flink 2 and Spark 4 */
export async function requireJava(): Promise<void> {
  if (!(await isOnPath('java'))) throw new CannotProvision('there is no java');
  const said = await runTool('java', ['-version']);
  // JEP 223: `version "17.0.15"`; before it, `version "1.8.0_392"`.
  const version = /version "(?:1\.)?(\d+)/.exec(said)?.[1];
  if (version === undefined || Number(version) < oldest)
    throw new CannotProvision(
      `java is ${version ?? 'of an unknown version'}, and ${oldest} or newer is needed`,
    );
}
