import { expect, test } from 'vitest';
import { addingModel } from './conformance-models.ts';
import { type OpenInference, reference } from './conformance-open.ts';

/** Whose turn it is, and who has left. */
export function describeTurns(open: OpenInference): void {
  test('workspaces take turns: nobody waits behind all that another one wants', async () => {
    await using under = await open();
    const model = reference(addingModel());
    const order: string[] = [];
    const ask = async (who: string): Promise<void> => {
      await under.inference.predict(model, [{ a: 1, b: 1 }], { who });
      order.push(who);
    };
    await Promise.all([...Array.from({ length: 20 }, () => ask('many')), ask('one')]);
    expect(order.indexOf('one')).toBeLessThan(3);
  });

  test('one workspace never fills the line for the others', async () => {
    await using under = await open();
    const model = reference(addingModel());
    const ask = (who: string) => under.inference.predict(model, [{ a: 1, b: 1 }], { who });
    const many = Promise.allSettled(Array.from({ length: 600 }, () => ask('many')));
    expect(await ask('one')).toEqual([{ outputs: { sum: 2 } }]);
    const refused = (await many).filter((each) => each.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'OVERLOADED' });
  });

  test('whoever goes away leaves the line, and its model is not asked', async () => {
    await using under = await open();
    const model = reference(addingModel());
    const first = under.inference.predict(model, [{ a: 1, b: 1 }], { who: 'a' });
    const away = new AbortController();
    let isRead = false;
    const read = async (): Promise<Uint8Array> => {
      isRead = true;
      return addingModel(['n', 2]);
    };
    const left = under.inference.predict(
      { ...reference(addingModel(['n', 2])), read },
      [{ a: 1, b: [1, 1] }],
      {
        who: 'a',
        signal: away.signal,
      },
    );
    away.abort();
    await expect(left).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(await first).toEqual([{ outputs: { sum: 2 } }]);
    expect(isRead).toBe(false);
  });
}
