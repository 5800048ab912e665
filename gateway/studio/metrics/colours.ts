import { type RefObject, useEffect, useState } from 'react';

const tokens = [
  '--ink-faint',
  '--line',
  '--series-1',
  '--series-2',
  '--series-3',
  '--series-4',
  '--series-5',
  '--series-6',
];

/** The tokens a canvas needs, as colours in force: ink, rules, then the lines. They change with the theme. */
export function useColours(place: RefObject<HTMLElement | null>): readonly string[] | undefined {
  const [colours, setColours] = useState<readonly string[]>();
  useEffect(() => {
    const look = (): void => {
      const element = place.current;
      if (element !== null) setColours(tokens.map((token) => inForce(element, token)));
    };
    look();
    const chosen = new MutationObserver(look);
    chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', look);
    return () => {
      chosen.disconnect();
      system.removeEventListener('change', look);
    };
  }, [place]);
  return colours;
}

/** `light-dark()` is resolved where a colour is used, not where it is declared. */
function inForce(element: HTMLElement, token: string): string {
  const before = element.style.color;
  element.style.color = `var(${token})`;
  const colour = getComputedStyle(element).color;
  element.style.color = before;
  return colour;
}
