/**
 * What `using` and `await using` become for a Node that knows neither: the compiler names a package that is not installed, and calls it so. `u` and `a` take
 * what is used, `e` is what the block threw, `d` disposes in reverse order and throws what went wrong, the earlier fault inside the later one
 * (ECMAScript, Explicit Resource Management).
 */
// biome-ignore lint/style/noDefaultExport: so the compiler imports it.
export default function usingContext() {
  const nothing = {};
  const used = [];
  const take = (isAwaited, value) => {
    if (value === null || value === undefined) {
      if (isAwaited) used.push({ isAwaited, dispose: () => undefined });
      return value;
    }
    const dispose = (isAwaited ? value[Symbol.asyncDispose] : undefined) ?? value[Symbol.dispose];
    if (typeof dispose !== 'function') throw new TypeError('what is used cannot be disposed of');
    used.push({ isAwaited, dispose: () => dispose.call(value) });
    return value;
  };
  return {
    e: nothing,
    u: (value) => take(false, value),
    a: (value) => take(true, value),
    d() {
      let fault = this.e;
      const failed = (error) => {
        fault = fault === nothing ? error : suppressed(error, fault);
      };
      const disposeOfAll = () => {
        for (let each = used.pop(); each !== undefined; each = used.pop())
          try {
            const disposed = each.dispose();
            if (each.isAwaited) return Promise.resolve(disposed).catch(failed).then(disposeOfAll);
          } catch (error) {
            failed(error);
          }
        if (fault !== nothing) throw fault;
        return undefined;
      };
      return disposeOfAll();
    },
  };
}

/** As `SuppressedError`, which Node 20 does not have. */
function suppressed(error, earlier) {
  const both = new Error('An error was suppressed while disposing.');
  return Object.assign(both, { name: 'SuppressedError', error, suppressed: earlier });
}
