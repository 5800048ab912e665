import type { FileScanner } from '@tributary/engines/file-scanner';
import type { KeyProvider } from '@tributary/engines/key-provider';
import type { ObjectStore } from '@tributary/engines/object-store';
import { createPresignedTokens } from '@tributary/engines/object-store/presigned-tokens';
import type { Relational } from '@tributary/engines/relational';
import { type Clock, type Logger, Turns } from '@tributary/runtime';
import type { CallContext, IsOperator, Principal } from '@tributary/subgraph-kit';
import type { Cause } from './adapters/events.ts';
import { createHashesUnderWay, type HashesUnderWay } from './adapters/hashes-under-way.ts';
import { createLinkTokens, type LinkTokens } from './adapters/link-tokens.ts';
import { PartsAhead } from './adapters/part-writer.ts';
import { createPictures, type Pictures } from './adapters/pictures.ts';
import { sealedByWorkspace } from './adapters/sealed-by-workspace.ts';
import { defaultPace, type PaceLimits } from './usecases/upload-pace.ts';

export interface FilesSettings {
  /** 32 bytes in Base64: signs links. Changing it ends all links and upload URLs. */
  readonly secret: string;
  /** Bytes a workspace's files take together, unless operators gave it a quota of its own. */
  readonly quotaBytes: number;
  readonly largestFileBytes: number;
  /** Whether what nobody has looked at is served: all files where there is no scanner, those too large for it elsewhere. */
  readonly unscanned: 'serve' | 'refuse';
  readonly trashDays: number;
}

export const defaultSettings = {
  quotaBytes: 10 * 1024 ** 3,
  largestFileBytes: 5 * 1024 ** 3,
  unscanned: 'serve',
  trashDays: 30,
} as const;

export interface CoreDeps {
  readonly relational: Relational;
  readonly objects: ObjectStore;
  readonly keyProvider: KeyProvider;
  /** Undefined where an installation has none: files are then declared as not scanned. */
  readonly scanner: FileScanner | undefined;
  readonly operators: (caller: CallContext) => IsOperator;
  readonly clock: Clock;
  readonly log: Logger;
  readonly settings: FilesSettings;
  /** What an upload must bring while others wait. */
  readonly pace?: PaceLimits;
}

/** What the use cases work with. Its objects are sealed under the keys of their workspaces. */
export interface FilesCore extends Omit<CoreDeps, 'pace'> {
  /** The store as it is, in which nothing is sealed. */
  readonly store: ObjectStore;
  readonly pace: PaceLimits;
  readonly tokens: LinkTokens;
  readonly hashes: HashesUnderWay;
  /** Uploads that hold a part in memory. */
  readonly writers: Turns;
  readonly partsAhead: PartsAhead;
  readonly pictures: Pictures;
  /** Previews that are read and parsed. */
  readonly previews: Turns;
  /** Pictures that are made, and those on their way that are nowhere but in memory. */
  readonly variants: Turns;
  /** Contents that are on their way to whoever has a link. */
  readonly downloads: Turns;
}

/** Each upload that is written holds up to two parts of 8 MiB, some of them a third, and one for as long as its hash takes. */
const writersAtOnce = 16;
const partsAheadAtOnce = 4;
/** Few, because they are parsed in this process; a full line of ordinary ones takes some three seconds. */
const previewTurns = { tooMany: 'Too many previews', atOnce: 4, each: 2, waiting: 400 } as const;
/** One may have 64 MB. Whoever reads one that is not kept has a place until it is read; those that are become downloads. */
export const variantTurns = { tooMany: 'Too many pictures', atOnce: 8, each: 4, waiting: 32 } as const;
/**
 * Fewer than a store lets read at a time: slow readers of files leave room for pictures, previews and scans. Nobody waits: a place may be held for hours. One
 * workspace leaves a quarter to the others.
 */
export const downloadTurns = { tooMany: 'Too many downloads', atOnce: 400, each: 300, waiting: 0 } as const;

export function createCore(deps: CoreDeps): FilesCore {
  const { secret } = deps.settings;
  const tokens = createPresignedTokens({ secret, path: '/files/o', clock: deps.clock });
  return {
    ...deps,
    pace: deps.pace ?? defaultPace,
    store: deps.objects,
    objects: sealedByWorkspace(deps.objects, { ...deps, tokens }),
    tokens: createLinkTokens(Buffer.from(secret, 'base64')),
    hashes: createHashesUnderWay(),
    writers: new Turns({
      tooMany: 'Too many files',
      atOnce: writersAtOnce,
      each: writersAtOnce / 2,
      waiting: 4 * writersAtOnce,
    }),
    partsAhead: new PartsAhead(partsAheadAtOnce),
    pictures: createPictures(),
    previews: new Turns(previewTurns),
    variants: new Turns(variantTurns),
    downloads: new Turns(downloadTurns),
  };
}

/** Who causes an event, in the workspace addressed. */
export function causeOf(core: FilesCore, principal: Principal): Cause {
  return {
    workspaceId: principal.workspaceId,
    actor: { kind: principal.kind, id: principal.id },
    clock: core.clock,
  };
}

export function nowText(core: FilesCore): string {
  return new Date(core.clock.now()).toISOString();
}
