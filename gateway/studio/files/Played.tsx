import { type ReactNode, useRef, useState } from 'react';

/** A film or a sound. It is played on by the link it began with; when that has run out, by the latest from where it was. */
export function Played({ url, kind }: { readonly url: string; readonly kind: 'audio' | 'video' }): ReactNode {
  const [source, setSource] = useState(url);
  const goOn = useRef<{ readonly atSeconds: number; readonly isPlaying: boolean }>(undefined);
  const Element = kind;
  return (
    <Element
      controls
      src={source}
      onError={({ currentTarget: { currentTime, paused } }) => {
        if (source === url) return;
        goOn.current = { atSeconds: currentTime, isPlaying: !paused };
        setSource(url);
      }}
      onLoadedMetadata={({ currentTarget }) => {
        const { atSeconds, isPlaying } = goOn.current ?? { atSeconds: 0, isPlaying: false };
        goOn.current = undefined;
        if (atSeconds > 0) currentTarget.currentTime = atSeconds;
        if (isPlaying) void currentTarget.play();
      }}
    />
  );
}
