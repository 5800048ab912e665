import { CodedError } from '@tributary/runtime';
import { type EngineLeave, parseEngineUrl } from '../engine-url.ts';
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
  const address = checkFileScannerUrl(url, { production, allowEmbedded });
  if (address === undefined) return undefined;
  const { largestScanBytes = 104_857_600, timeoutMs = 180_000 } = options;
  const { ClamavScanner } = await import('./clamav.ts');
  return new ClamavScanner({ address, largestScanBytes, timeoutMs });
}

const setting = 'FILE_SCANNER_URL';

type Address = { readonly path: string } | { readonly host: string; readonly port: number };

/** Where the scanner that a URL names listens, undefined for none; opens nothing. @throws CodedError CONFIG_INVALID */
export function checkFileScannerUrl(url: string, leave: EngineLeave): Address | undefined {
  const { scheme } = parseEngineUrl(url, { setting, schemes: ['embedded', 'none', 'clamav'], ...leave });
  return scheme === 'clamav' ? addressOf(url) : undefined;
}

function addressOf(url: string): Address {
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
