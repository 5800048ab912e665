import {
  type ClipboardEvent,
  type KeyboardEvent,
  type ReactNode,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { FieldControlProps } from './FieldControl.tsx';

type OneLine = HTMLInputElement;

const lineBreak = /\r\n|\r|\n/;

/**
 * A text: in one line, and in several once it has or is given a line break, by pasting or by Shift-Enter. An `input` takes line breaks out of what it shows, and whoever changed one
 * character would lose them all (HTML, value sanitization).
 */
export function TextControl({
  text,
  onChange,
  parts,
  inCell = false,
  disabled = false,
}: FieldControlProps): ReactNode {
  const [hasLines, setHasLines] = useState(() => lineBreak.test(text));
  const area = useRef<HTMLTextAreaElement>(null);
  const caret = useRef<number>(undefined);
  // Not back again: what one types in may not change under the hands.
  if (!hasLines && lineBreak.test(text)) setHasLines(true);
  useLayoutEffect(() => {
    if (!hasLines || caret.current === undefined) return;
    area.current?.focus();
    area.current?.setSelectionRange(caret.current, caret.current);
    caret.current = undefined;
  }, [hasLines]);
  const insert = (input: OneLine, added: string): void => {
    const [from, to] = [input.selectionStart ?? text.length, input.selectionEnd ?? text.length];
    caret.current = from + added.length;
    onChange(text.slice(0, from) + added + text.slice(to));
  };
  const shared = { ...parts, disabled, autoFocus: inCell, value: text };
  if (hasLines)
    return (
      <textarea
        {...shared}
        ref={area}
        className="textarea lines"
        // The element knows line feeds alone; the text keeps the line ends that it has.
        onChange={({ target }) => onChange(target.value.replaceAll('\n', lineBreak.exec(text)?.[0] ?? '\n'))}
      />
    );
  const onPaste = (event: ClipboardEvent<OneLine>): void => {
    const pasted = event.clipboardData.getData('text/plain').replaceAll(/\r\n?/g, '\n');
    if (!pasted.includes('\n')) return;
    event.preventDefault();
    insert(event.currentTarget, pasted);
  };
  const onKeyDown = (event: KeyboardEvent<OneLine>): void => {
    if (event.key !== 'Enter' || !event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    insert(event.currentTarget, '\n');
  };
  return (
    <input
      {...shared}
      className="input"
      onChange={({ target }) => onChange(target.value)}
      onPaste={onPaste}
      onKeyDown={onKeyDown}
    />
  );
}
