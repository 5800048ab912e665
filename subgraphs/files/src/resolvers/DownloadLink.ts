import type { DownloadLinkResolvers } from '../generated/schema.ts';
import { linkPath } from '../usecases/download-links.ts';

export const DownloadLink: DownloadLinkResolvers = {
  url: (link, _args, { core, principal }) => linkPath(core, principal.workspaceId, link),
};
