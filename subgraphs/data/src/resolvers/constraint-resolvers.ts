import type { Models } from '../models/model.ts';

/** `fieldConstraints`: the same for everybody, and for as long as the models are. */
export function constraintResolvers(models: Models): Readonly<Record<string, () => readonly object[]>> {
  const constraints = [...models.values()].flatMap(({ name, attributes }) =>
    attributes.flatMap(({ name: field, constraint }) =>
      constraint === undefined
        ? []
        : [
            {
              ...constraint,
              coordinates: ['', 'Input', 'Patch'].map((suffix) => `${name}${suffix}.${field}`),
            },
          ],
    ),
  );
  return { fieldConstraints: () => constraints };
}
