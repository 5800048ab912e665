import fc from 'fast-check';

/** Texts of GraphQL values, of every kind and in every way of writing them. */
export function literals(): fc.Arbitrary<string> {
  const { value } = fc.letrec<{ value: string; list: string; object: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      { arbitrary: fc.oneof(numbers, quoted, blocks, fc.constantFrom('true', 'null', 'RED')), weight: 6 },
      { arbitrary: tie('list'), weight: 1 },
      { arbitrary: tie('object'), weight: 2 },
    ),
    list: fc.array(tie('value'), { maxLength: 3 }).map((values) => `[${values.join(' ')}]`),
    object: fc
      .uniqueArray(fc.tuple(fc.constantFrom('z', 'a', 'm', '_b', 'Q', '__proto__'), tie('value')), {
        maxLength: 4,
        selector: ([key]) => key,
      })
      .map((fields) => `{${fields.map(([key, text]) => `${key}: ${text}`).join(', ')}}`),
  }));
  return value;
}

const digits = (most: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[0-9]{1,${most}}$`));

const whole = fc
  .tuple(fc.constantFrom('', '-'), fc.stringMatching(/^(?:0|[1-9][0-9]{0,29})$/))
  .map((parts) => parts.join(''));

const decimal = fc
  .tuple(
    whole,
    digits(25).map((after) => `.${after}`),
    fc.option(
      fc.tuple(fc.constantFrom('e', 'E+', 'e-'), digits(3)).map((parts) => parts.join('')),
      { nil: '' },
    ),
  )
  .map((parts) => parts.join(''));

const numbers = fc.oneof(
  whole,
  decimal,
  fc.constantFrom('1.0', '1.10', '1e-400', '1e999', '9007199254740993', '9223372036854775808', '-0', '1e3'),
);

/** Every control character, quotes, backslashes, line ends of all kinds, and what takes two units of UTF-16. */
const character = fc.oneof(
  fc.integer({ min: 0, max: 0x9f }),
  fc.constantFrom(0x22, 0x5c, 0x08, 0x7f, 0xfeff, 0xfffd, 0x2028, 0x2029, 0xd7ff, 0xe000, 0x1f600, 0x10ffff),
);

const short = new Map([...'bfnrt"\\/'].map((letter) => [JSON.parse(`"\\${letter}"`) as string, letter]));

const quoted = fc
  .array(fc.tuple(character, fc.boolean()), { maxLength: 12 })
  .map((written) => `"${written.map(([code, isEscaped]) => inQuotes(code, isEscaped)).join('')}"`);

function inQuotes(code: number, isEscaped: boolean): string {
  const text = String.fromCodePoint(code);
  const letter = short.get(text);
  if (letter !== undefined && (isEscaped || text !== '/')) return `\\${letter}`;
  if (!isEscaped && code >= 0x20) return text;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

const blocks = fc
  .array(fc.oneof(fc.constantFrom('\n', '\r\n', '  ', '\t', '"', '\\', '\\"""', 'é', '\b'), character), {
    maxLength: 12,
  })
  .map((parts) =>
    parts.map((part) => (typeof part === 'number' ? String.fromCodePoint(part) : part)).join(''),
  )
  .map((text) => text.replaceAll(/(?<!\\)"""/g, '\\"""').replaceAll(/["\\]+$/g, ''))
  .map((text) => `"""${text}"""`);
