import type { ObjectStore } from '@tributary/engines/object-store';
import { CodedError } from '@tributary/runtime';

/** A store that does some things in a way of its own, and all others as it did. */
export function storeWith(
  ways: (real: ObjectStore) => Partial<ObjectStore>,
): (real: ObjectStore) => ObjectStore {
  return (real) => {
    const own = ways(real);
    return new Proxy(real, {
      get: (store, name) => {
        const value: unknown = Reflect.get(own, name) ?? Reflect.get(store, name, store);
        return typeof value === 'function' ? value.bind(store) : value;
      },
    });
  };
}

/** A store that does one thing only after `act` has been done. */
export function firstDoing(
  method: keyof ObjectStore,
  act: () => Promise<void>,
): (real: ObjectStore) => ObjectStore {
  return storeWith((real) => ({
    [method]: async (...given: unknown[]) => {
      await act();
      return Reflect.apply(real[method], real, given);
    },
  }));
}

/** A store that is away for one thing that is asked of it, as long as `isAway` says so. */
export function awayFor(
  method: keyof ObjectStore,
  isAway: () => boolean,
): (real: ObjectStore) => ObjectStore {
  return firstDoing(method, async () => {
    if (isAway()) throw new CodedError('ENGINE_UNAVAILABLE', 'The store is away.');
  });
}
