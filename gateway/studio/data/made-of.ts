import type { Model } from './use-models.ts';
import { editableText, parseValue, type Row, sameValue } from './values.ts';

/** Whether an item holds what was sent to make it. In which order the members of JSON stand is for the server to say, so that is not compared. */
export function isMadeOf(
  { fields }: Pick<Model, 'fields'>,
  item: Row,
  sent: Readonly<Record<string, unknown>>,
): boolean {
  return fields.every((field) => {
    if (!Object.hasOwn(sent, field.name) || field.type === 'JSON') return true;
    const held = parseValue({ ...field, required: false }, editableText(field, item[field.name]));
    return 'value' in held && sameValue(held.value, sent[field.name]);
  });
}
