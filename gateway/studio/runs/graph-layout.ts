export interface GraphLink {
  readonly from: string;
  readonly to: string;
}

export interface Placed {
  readonly id: string;
  /** From the left: one more than the furthest of those it comes after. */
  readonly layer: number;
  /** From the top of its layer. */
  readonly row: number;
}

export interface GraphLayout {
  readonly nodes: readonly Placed[];
  readonly layers: number;
  /** Of the layer with the most. */
  readonly rows: number;
}

const sweeps = 4;

/**
 * Places a graph without cycles from left to right in layers (K. Sugiyama, S. Tagawa, M. Toda 1981): each node right of all it comes after, and
 * within its layer near the mean of its neighbours, which untangles most lines. Nodes come in the order of their making, which decides ties;
 * what goes round in a circle, which no dependency can, is left where it was met.
 */
export function layoutOf(ids: readonly string[], links: readonly GraphLink[]): GraphLayout {
  const layerOf = layersOf(ids, links);
  const layers: string[][] = [];
  for (const id of ids) {
    const layer = layerOf.get(id) ?? 0;
    while (layers.length <= layer) layers.push([]);
    layers[layer]?.push(id);
  }
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    const side = sweep % 2 === 0 ? 'from' : 'to';
    for (const layer of sweep % 2 === 0 ? layers : [...layers].reverse())
      sortByNeighbours(layer, { layers, links, side });
  }
  return {
    nodes: layers.flatMap((layer, index) => layer.map((id, row) => ({ id, layer: index, row }))),
    layers: layers.length,
    rows: Math.max(0, ...layers.map(({ length }) => length)),
  };
}

/** The longest way to each node, by taking away those that wait for nothing (A. B. Kahn 1962). */
function layersOf(ids: readonly string[], links: readonly GraphLink[]): ReadonlyMap<string, number> {
  const layerOf = new Map(ids.map((id) => [id, 0]));
  const waiting = new Map(ids.map((id) => [id, 0]));
  for (const { to } of links) waiting.set(to, (waiting.get(to) ?? 0) + 1);
  const after = grouped(links, ({ from }) => from);
  const ready = ids.filter((id) => waiting.get(id) === 0);
  for (let id = ready.shift(); id !== undefined; id = ready.shift()) {
    for (const { to } of after.get(id) ?? []) {
      layerOf.set(to, Math.max(layerOf.get(to) ?? 0, (layerOf.get(id) ?? 0) + 1));
      const left = (waiting.get(to) ?? 1) - 1;
      waiting.set(to, left);
      if (left === 0) ready.push(to);
    }
  }
  return layerOf;
}

function sortByNeighbours(
  layer: string[],
  {
    layers,
    links,
    side,
  }: {
    readonly layers: readonly string[][];
    readonly links: readonly GraphLink[];
    readonly side: 'from' | 'to';
  },
): void {
  const rowOf = new Map(layers.flatMap((ids) => ids.map((id, row) => [id, row] as const)));
  const own = side === 'from' ? 'to' : 'from';
  const neighbours = grouped(links, (link) => link[own]);
  const place = new Map(
    layer.map((id) => {
      const rows = (neighbours.get(id) ?? []).map((link) => rowOf.get(link[side]) ?? 0);
      const mean = rows.reduce((sum, row) => sum + row, 0) / rows.length;
      return [id, rows.length === 0 ? (rowOf.get(id) ?? 0) : mean];
    }),
  );
  layer.sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
}

export function grouped<Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
