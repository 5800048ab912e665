import { describe, expect, it } from 'vitest';
import { SubgraphCircuit } from './subgraph-circuit.ts';

const away = { code: 'SUBGRAPH_UNAVAILABLE' };

function circuitAt(clock: { nowMs: number }): SubgraphCircuit {
  return new SubgraphCircuit({ failureThreshold: 3, retryAfterMs: 100, nowMs: () => clock.nowMs });
}

function fail(circuit: SubgraphCircuit, times: number): void {
  for (let time = 0; time < times; time += 1) {
    circuit.enter();
    circuit.failed();
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
    circuit.enter();
    circuit.abandoned();
    circuit.enter();
    circuit.succeeded();
    circuit.enter();
  });

  it('is not closed by a call from before it opened that ends late', () => {
    const clock = { nowMs: 0 };
    const circuit = circuitAt(clock);
    circuit.enter();
    fail(circuit, 3);
    circuit.failed();
    clock.nowMs = 50;
    expect(() => circuit.enter()).toThrow(expect.objectContaining(away));
  });
});
