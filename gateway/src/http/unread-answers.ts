import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

interface Held {
  readonly body: Buffer;
  /** When its client last took something of it. */
  readAtMs: number;
}

/** Of what all may hold, the part that answers of one connection may. */
const connectionsPart = 1 / 4;

/**
 * The answers that wait for their clients, bounded by the memory they take: a body that many wait for counts once. Beyond the bound those are cut that
 * hold the most for the longest without taking anything. One alone may be larger.
 */
export class UnreadAnswers {
  readonly #boundBytes: number;
  readonly #nowMs: () => number;
  readonly #held = new Map<ServerResponse, Held>();
  readonly #holders = new Map<Buffer, number>();
  #bytes = 0;

  constructor(boundBytes: number, nowMs: () => number) {
    this.#boundBytes = boundBytes;
    this.#nowMs = nowMs;
  }

  /** Counts a body until its answer is out or its connection gone. */
  hold(response: ServerResponse, body: Buffer): void {
    if (this.#held.has(response) || response.destroyed) return;
    this.#held.set(response, { body, readAtMs: this.#nowMs() });
    const holders = this.#holders.get(body) ?? 0;
    this.#holders.set(body, holders + 1);
    if (holders === 0) this.#bytes += body.byteLength;
    response.once('close', () => this.#give(response));
    this.#boundConnection(response.req.socket);
    while (this.#bytes > this.#boundBytes && this.#held.size > 1) this.#cutWorst();
  }

  /** Its client took something. */
  read(response: ServerResponse): void {
    const held = this.#held.get(response);
    if (held !== undefined) held.readAtMs = this.#nowMs();
  }

  #give(response: ServerResponse): void {
    const held = this.#held.get(response);
    if (held === undefined) return;
    this.#held.delete(response);
    const holders = (this.#holders.get(held.body) ?? 1) - 1;
    if (holders > 0) {
      this.#holders.set(held.body, holders);
      return;
    }
    this.#holders.delete(held.body);
    this.#bytes -= held.body.byteLength;
  }

  #boundConnection(socket: Socket): void {
    const all = [...this.#held].filter(([{ req }]) => req.socket === socket);
    const bytes = all.reduce((sum, [, { body }]) => sum + body.byteLength, 0);
    if (all.length > 1 && bytes > this.#boundBytes * connectionsPart) this.#cut(socket);
  }

  #cutWorst(): void {
    const nowMs = this.#nowMs();
    const weight = ({ body, readAtMs }: Held): number => body.byteLength * (nowMs - readAtMs + 1);
    const [first, ...others] = this.#held;
    if (first === undefined) return;
    const [{ req }] = others.reduce(
      (worst, each) => (weight(each[1]) > weight(worst[1]) ? each : worst),
      first,
    );
    this.#cut(req.socket);
  }

  #cut(socket: Socket): void {
    for (const response of [...this.#held.keys()]) if (response.req.socket === socket) this.#give(response);
    socket.destroy();
  }
}
