import { describe, expect, it } from 'vitest';
import { SubgraphCircuit } from './subgraph-circuit.ts';

const away = { code: 'SUBGRAPH_UNAVAILABLE' };

function circuitAt(clock: { nowMs: number }): SubgraphCircuit {
  return new SubgraphCircuit({ failureThreshold: 3, retryAfterMs: 100, nowMs: () => clock.nowMs });
}

function fail(circuit: SubgraphCircuit, times: number): void {
  for (let time = 0; time < times; time += 1) {
    circuit.failed(circuit.enter());
  }
}

describe('the circuit to a subgraph', () => {
  it('opens after failures in a row only, and lets one call try when its pause is over', () => {
    const clock = { nowMs: 0 };
    const circuit = circuitAt(clock);
    fail(circuit, 2);
    circuit.enter();
    circuit.succeeded();
    fail(circuit, 3);
    expect(() => circuit.enter()).toThrow(expect.objectContaining(away));
    clock.nowMs = 100;
    circuit.enter();
    expect(() => circuit.enter()).toThrow(expect.objectContaining(away));
    circuit.succeeded();
    circuit.enter();
  });

  it('opens again when the call that tried fails, and lets the next one try when that one was given up', () => {
    const clock = { nowMs: 0 };
    const circuit = circuitAt(clock);
    fail(circuit, 3);
    clock.nowMs = 100;
    fail(circuit, 1);
    expect(() => circuit.enter()).toThrow(expect.objectContaining(away));
    clock.nowMs = 200;
    circuit.abandoned(circuit.enter());
    circuit.enter();
    circuit.succeeded();
    circuit.enter();
  });

  it('is neither closed nor held open by calls from before it opened that fail late', () => {
    const clock = { nowMs: 0 };
    const circuit = circuitAt(clock);
    const [first, second] = [circuit.enter(), circuit.enter()];
    fail(circuit, 3);
    clock.nowMs = 50;
    circuit.failed(first);
    expect(() => circuit.enter()).toThrow(expect.objectContaining(away));
    clock.nowMs = 100;
    circuit.enter();
    circuit.succeeded();
    for (let time = 0; time < 3; time += 1) circuit.failed(second);
    circuit.enter();
  });

  it('lets another call try while the one that did is not answered, and closes with the first answer', () => {
    const clock = { nowMs: 0 };
    const circuit = circuitAt(clock);
    fail(circuit, 3);
    clock.nowMs = 100;
    const hanging = circuit.enter();
    clock.nowMs = 199;
    expect(() => circuit.enter()).toThrow(expect.objectContaining(away));
    clock.nowMs = 200;
    circuit.enter();
    circuit.succeeded();
    circuit.failed(hanging);
    expect(circuit.state).toBe('closed');
  });

  it('lets one call try, whoever from before gives up meanwhile', () => {
    const clock = { nowMs: 0 };
    const circuit = circuitAt(clock);
    const before = circuit.enter();
    fail(circuit, 3);
    clock.nowMs = 100;
    circuit.enter();
    circuit.abandoned(before);
    expect(() => circuit.enter()).toThrow(expect.objectContaining(away));
  });
});
