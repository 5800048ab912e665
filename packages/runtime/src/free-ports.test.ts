import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { areFree, freePorts } from './free-ports.ts';

const range = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '32768');

test.skipIf(Number.parseInt(range, 10) < 32_768)(
  'whoever starts servers gets ports that are free and different, below all that the system gives to whoever asks for any (needs a range that begins above ours)',
  async () => {
    const any = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void any.close());
    await once(any, 'listening');
    const { port } = any.address() as AddressInfo;
    expect(await areFree([port])).toBe(false);
    for (let time = 0; time < 20; time += 1) {
      const ports = await freePorts(4);
      expect(new Set(ports).size).toBe(4);
      for (const each of ports) expect(each).toBeLessThan(port);
    }
  },
);
