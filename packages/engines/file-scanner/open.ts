import { CodedError } from '@tributary/runtime';
import { parseEngineUrl } from '../engine-url.ts';
import type { FileScanner } from './port.ts';

export interface OpenFileScannerOptions {
  /** clamd's StreamMaxLength, in bytes; what is larger is not sent. Its own default is 100 MiB. */
  readonly largestScanBytes?: number;
  /** For one scan, connecting and waiting included. */
  readonly timeoutMs?: number;
  readonly production?: boolean;
  readonly allowEmbedded?: boolean;
}

/**
 * Opens the scanner by URL: `clamav://host:3310`, or `clamav:///run/clamav/clamd.ctl` for a Unix socket. `embedded:` is the laptop's, which has
 * none; `none:` is an installation's decision to go without, which production takes. Both answer undefined.
 * @throws CodedError CONFIG_INVALID
 */
export async function openFileScanner(
  url: string,
  options: OpenFileScannerOptions = {},
): Promise<FileScanner | undefined> {
  const { production = false, allowEmbedded = false } = options;
  const schemes = ['embedded', 'none', 'clamav'];
  const { scheme } = parseEngineUrl(url, { setting, schemes, production, allowEmbedded });
  if (scheme !== 'clamav') return undefined;
  const { largestScanBytes = 104_857_600, timeoutMs = 180_000 } = options;
  const { ClamavScanner } = await import('./clamav.ts');
  return new ClamavScanner({ address: addressOf(url), largestScanBytes, timeoutMs });
}

const setting = 'FILE_SCANNER_URL';

function addressOf(
  url: string,
): { readonly path: string } | { readonly host: string; readonly port: number } {
  const { hostname, port, pathname, search, hash, username } = URL.canParse(url)
    ? new URL(url)
    : new URL('x:');
  const isPlain = search === '' && hash === '' && username === '';
  if (isPlain && hostname === '' && pathname.startsWith('/')) return { path: decodeURIComponent(pathname) };
  if (isPlain && hostname !== '' && ['', '/'].includes(pathname)) {
    return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? 3_310 : Number(port) };
  }
  throw new CodedError(
    'CONFIG_INVALID',
    `${setting} must be clamav://host:port or clamav:///path/of/socket.`,
    {
      details: { setting },
    },
  );
}
