import { type ReactNode, useState } from 'react';
import { Icon, type IconName } from '../elements/Icon.tsx';
import { chooseTheme, chosenTheme, type Theme, themes } from './theme.ts';

const looks: Readonly<Record<Theme, { readonly icon: IconName; readonly title: string }>> = {
  system: { icon: 'system', title: 'As the system' },
  light: { icon: 'sun', title: 'Light' },
  dark: { icon: 'moon', title: 'Dark' },
};

export function ThemeSwitch(): ReactNode {
  const [theme, setTheme] = useState(chosenTheme);
  return (
    <fieldset className="theme-switch">
      <legend className="only-heard">Colours</legend>
      {themes.map((choice) => (
        <label key={choice} title={looks[choice].title}>
          <input
            type="radio"
            name="theme"
            className="only-heard"
            checked={theme === choice}
            onChange={() => {
              setTheme(choice);
              chooseTheme(choice);
            }}
          />
          <Icon name={looks[choice].icon} label={looks[choice].title} />
        </label>
      ))}
    </fieldset>
  );
}
