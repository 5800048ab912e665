import { CodedError } from '@tributary/runtime';
import { describe, expect, test } from 'vitest';
import { type PubSub, pubSubLimits } from './port.ts';

export interface PubSubUnderTest extends AsyncDisposable {
  /** Two connections to one engine, as two processes have them. */
  readonly near: PubSub;
  readonly far: PubSub;
}

/** The promises of the pubsub port, held against one adapter. */
export function describePubSub(name: string, open: () => Promise<PubSubUnderTest>): void {
  const coded = (code: string): unknown => expect.objectContaining({ code });

  describe(`pubsub on ${name}`, () => {
    test('whoever subscribed before a message was published hears it, in every process, in order', async () => {
      await using under = await open();
      const heardNear = await hear(under.near, 'room');
      const heardFar = await hear(under.far, 'room');
      const expected = Array.from({ length: 300 }, (_, index) => `message ${index % 7}`);
      await Promise.all([...expected, 'end'].map((payload) => under.near.publish('room', payload)));
      expect(await heardNear('end')).toEqual(expected);
      expect(await heardFar('end')).toEqual(expected);
    });

    test('a channel hears its own messages only, whatever its name', async () => {
      await using under = await open();
      const names = ['room', 'room 2', 'Room', '__proto__', 'constructor', 'ü\u{1F600} "\'\\'];
      const heard = await Promise.all(names.map((channel) => hear(under.far, channel)));
      for (const channel of names) await under.near.publish(channel, `for ${channel}`);
      for (const channel of names) await under.near.publish(channel, 'end');
      for (const [index, until] of heard.entries())
        expect(await until('end')).toEqual([`for ${names[index]}`]);
    });

    test('payloads arrive unchanged up to the limit, and above it they are refused', async () => {
      await using under = await open();
      const heard = await hear(under.far, 'c'.repeat(pubSubLimits.channelBytes));
      const publish = (payload: string) => under.near.publish('c'.repeat(pubSubLimits.channelBytes), payload);
      const payloads = ['', '\n \n', '"\\'.repeat(3_000), 'ü'.repeat(3_000), '\u0001'.repeat(6_000)];
      for (const payload of payloads) await publish(payload);
      await expect(publish('x'.repeat(6_001))).rejects.toThrow(coded('PAYLOAD_TOO_LARGE'));
      await expect(publish('ü'.repeat(3_001))).rejects.toThrow(coded('PAYLOAD_TOO_LARGE'));
      await expect(publish('\0')).rejects.toThrow(coded('BAD_USER_INPUT'));
      await expect(publish('\ud800')).rejects.toThrow(coded('BAD_USER_INPUT'));
      await publish('end');
      expect(await heard('end')).toEqual(payloads);
    });

    test('who left hears nothing more, while others of the channel still do', async () => {
      await using under = await open();
      const left: string[] = [];
      const leaving = await under.far.subscribe('room', (payload) => left.push(payload));
      const heard = await hear(under.far, 'room');
      await leaving[Symbol.asyncDispose]();
      await under.near.publish('room', 'after');
      await under.near.publish('room', 'end');
      expect(await heard('end')).toEqual(['after']);
      expect(left).toEqual([]);
    });

    test('a listener that throws loses that message alone, and costs nobody else anything', async () => {
      await using under = await open();
      const thrown: string[] = [];
      await under.far.subscribe('room', (payload) => {
        if (payload !== 'broken') return;
        thrown.push(payload);
        throw new Error(`cannot take ${payload}`);
      });
      const heard = await hear(under.far, 'room');
      for (const payload of ['before', 'broken', 'after', 'end']) await under.near.publish('room', payload);
      expect(await heard('end')).toEqual(['before', 'broken', 'after']);
      expect(thrown).toEqual(['broken']);
    });

    test('nothing is kept: who subscribes later, or again, gets what is published from then on, and nothing from before', async () => {
      await using under = await open();
      await under.near.publish('room', 'heard by nobody');
      const first = await hear(under.far, 'room');
      await under.near.publish('room', 'for the first');
      await under.near.publish('room', 'first');
      expect(await first('first')).toEqual(['for the first']);
      const late = await Promise.all([under.near, under.far].map((each) => hear(each, 'room')));
      await under.near.publish('room', 'news');
      await under.near.publish('room', 'end');
      for (const heard of late) expect(await heard('end')).toEqual(['news']);
    });

    test('a closed engine refuses', async () => {
      await using under = await open();
      await under.near[Symbol.asyncDispose]();
      await expect(under.near.publish('room', 'x')).rejects.toThrow(CodedError);
      await expect(under.near.ping()).rejects.toThrow(coded('ENGINE_UNAVAILABLE'));
      await under.far.ping();
    });
  });
}

/** Subscribes; the answer waits for the payload that ends the test and gives what was heard before it. */
async function hear(pubSub: PubSub, channel: string): Promise<(last: string) => Promise<readonly string[]>> {
  const heard: string[] = [];
  let wake: () => void = () => undefined;
  await pubSub.subscribe(channel, (payload) => {
    heard.push(payload);
    wake();
  });
  return async (last) => {
    while (!heard.includes(last)) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return heard.slice(0, heard.indexOf(last));
  };
}
