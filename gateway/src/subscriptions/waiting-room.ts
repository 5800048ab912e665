/** Sockets that have not said who they are, as one server bounds them. */
export interface WaitingRoomLimits {
  readonly uninitialisedSockets: number;
  readonly uninitialisedSocketsPerAddress: number;
}

/** Leaves the waiting room; further calls do nothing. */
export type Leave = () => void;

export type Admission =
  | { readonly leave: Leave }
  /** `address`: it has all it may have; `server`: everybody waits. Both pass within seconds. */
  | { readonly full: 'address' | 'server' };

/**
 * Where sockets are counted between their upgrade and the moment their credentials hold: until then no user's bound applies, and opening
 * one costs a stranger nothing.
 */
export class WaitingRoom {
  readonly #limits: WaitingRoomLimits;
  readonly #byAddress = new Map<string, number>();
  #waiting = 0;

  constructor(limits: WaitingRoomLimits) {
    this.#limits = limits;
  }

  admit(address: string): Admission {
    const ofAddress = this.#byAddress.get(address) ?? 0;
    if (ofAddress >= this.#limits.uninitialisedSocketsPerAddress) return { full: 'address' };
    if (this.#waiting >= this.#limits.uninitialisedSockets) return { full: 'server' };
    this.#byAddress.set(address, ofAddress + 1);
    this.#waiting += 1;
    let hasLeft = false;
    return {
      leave: () => {
        if (hasLeft) return;
        hasLeft = true;
        this.#left(address);
      },
    };
  }

  #left(address: string): void {
    this.#waiting -= 1;
    const ofAddress = (this.#byAddress.get(address) ?? 1) - 1;
    if (ofAddress > 0) this.#byAddress.set(address, ofAddress);
    else this.#byAddress.delete(address);
  }
}
