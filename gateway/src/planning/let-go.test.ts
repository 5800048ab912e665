import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { composeSupergraph } from '@tributary/schema';
import { eventually } from '@tributary/test-kit';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { PlanningProcess } from './planning-process.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
afterAll(() => setFlagsFromString('--no-expose-gc'));

const sdl = composeSupergraph([{ name: 'shop', sdl: 'type Query { open: Boolean }' }]);
const graph = { name: 'shop', sdl };

test.each(['planNatively', 'planWithApollo'] as const)(
  '%s keeps nothing of a question that was answered, while the process that plans lives on',
  async (plan) => {
    const planning = new PlanningProcess();
    onTestFinished(() => {
      if (planning.pid !== undefined) process.kill(planning.pid, 'SIGKILL');
    });
    const answered = async (at: number): Promise<readonly WeakRef<object>[]> => {
      const question = { text: `{ a${at}: open }`, operationName: undefined, labels: [], drawn: 100 };
      const found = await planning[plan](graph, { question });
      if (found === undefined) throw new Error('it was not planned');
      return [new WeakRef(question), new WeakRef(found)];
    };
    const kept: WeakRef<object>[] = [];
    for (let at = 0; at < 20; at += 1) kept.push(...(await answered(at)));
    const { pid } = planning;
    await eventually(() => {
      collectGarbage();
      // What came last may still lie on a stack.
      expect(kept.slice(0, -4).filter((each) => each.deref() !== undefined)).toEqual([]);
    });
    expect(pid).toBeDefined();
    expect(planning.pid).toBe(pid);
  },
);
