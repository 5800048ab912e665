import type { FileScanner, ScanVerdict } from '@tributary/engines/file-scanner';
import { writeOutbox } from '@tributary/engines/outbox/relational';
import { onBehalfOfRun } from '@tributary/runtime';
import { fileEvent, ownCause } from '../adapters/events.ts';
import { lockFile, updateFile } from '../adapters/files-table.ts';
import { type PendingVersion, setScanned, takePending } from '../adapters/versions-table.ts';
import { type FilesCore, nowText } from '../core.ts';
import type { FileState, ScanState } from '../domain/file.ts';

const batch = 10;
/** A scan that broke off is tried again after this; longer than one takes. */
const againMs = 300_000;

/**
 * Has the versions that wait for it scanned, and files with them leave the quarantine or stay in it for good. Answers how many were looked at. Each is taken
 * when its own scan begins: one that cannot be scanned waits, and those behind it are the next call's.
 * @throws what the first scan that broke off threw
 */
export async function scanPending(core: FilesCore, scanner: FileScanner): Promise<number> {
  for (let looked = 0; looked < batch; looked += 1) {
    const nowMs = core.clock.now();
    const version = await takePending(core.relational, {
      now: new Date(nowMs),
      againAfter: new Date(nowMs + againMs),
    });
    if (version === undefined) return looked;
    const { sizeBytes, objectKey: key } = version;
    const content = async () => (await core.objects.get({ key })).body;
    const verdict = await scanner.scan({ sizeBytes, content });
    // A trigger that a run's file fires when it has been scanned is that run's doing: the loop has to be seen.
    await onBehalfOfRun(version.runId ?? undefined, () => settle(core, version, verdict));
  }
  return batch;
}

const outcomes: Readonly<
  Record<ScanVerdict['state'], { readonly state: FileState; readonly scan: ScanState }>
> = {
  CLEAN: { state: 'AVAILABLE', scan: 'CLEAN' },
  INFECTED: { state: 'QUARANTINED', scan: 'INFECTED' },
  // Too large to be looked at: whether what nobody has looked at is served is the installation's to say.
  NOT_SCANNED: { state: 'AVAILABLE', scan: 'NOT_SCANNED' },
};

async function settle(core: FilesCore, version: PendingVersion, verdict: ScanVerdict): Promise<void> {
  const { workspaceId } = version;
  const outcome = outcomes[verdict.state];
  if (verdict.state === 'INFECTED')
    core.log.warn(
      { workspaceId, versionId: version.id, reason: verdict.signature },
      'something was found in a file',
    );
  await core.relational.transaction(async (tx) => {
    // The file first, as every other change of it does: two locks in one order.
    const before = await lockFile(tx, workspaceId, version.fileId);
    const scanned = await setScanned(tx, workspaceId, { objectKey: version.objectKey, ...outcome });
    const isCurrent = scanned.some(
      ({ fileId, number }) => fileId === before?.id && number === before.versionNumber,
    );
    if (before === undefined || !isCurrent) return;
    const after = { ...before, ...outcome, version: before.version + 1, updatedAt: nowText(core) };
    await updateFile(tx, workspaceId, after);
    await writeOutbox(tx, [fileEvent(ownCause(workspaceId, core.clock), { before, after })]);
  });
}
