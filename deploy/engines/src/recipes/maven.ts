import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from '../run-tool.ts';

const copyDependencies = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

export interface MavenCopy {
  readonly into: string;
  readonly artifacts: readonly (readonly [group: string, artifact: string, version: string])[];
  /** Without what they depend on. */
  readonly alone?: boolean;
}

/** Jars of pinned versions, with what they need; Maven resolves and checks them for an empty project that is written to the folder. */
export async function copyFromMaven(
  folder: string,
  { into, artifacts, alone = false }: MavenCopy,
): Promise<void> {
  const pom = join(folder, 'pom.xml');
  const dependencies = artifacts.map(
    ([group, artifact, version]) =>
      `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`,
  );
  await writeFile(
    pom,
    `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion>
<groupId>tributary</groupId><artifactId>engine</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>${dependencies.join('')}</dependencies>
</project>
`,
  );
  const direct = alone ? ['-DexcludeTransitive=true'] : [];
  await runTool('mvn', ['-B', '-q', '-f', pom, copyDependencies, `-DoutputDirectory=${into}`, ...direct]);
}
