import type { ReactElement } from 'react';

const WIDTH = 72;
const HEIGHT = 16;

/** The course of a few figures beside a number or a name; `label` says it in words, such as *14 runs in 7 days*. */
export function Sparkline({ label, values }: { readonly label: string; readonly values: readonly number[] }): ReactElement {
  const top = Math.max(1, ...values);
  const step = WIDTH / Math.max(1, values.length);
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="h-4 w-18 text-slate-8">
      <title>{label}</title>
      {values.map((value, at) => {
        const height = value === 0 ? 1 : Math.max(2, (value / top) * HEIGHT);
        return (
          <rect
            key={at}
            x={at * step}
            y={HEIGHT - height}
            width={Math.max(1, step - 2)}
            height={height}
            fill="currentColor"
            opacity={value === 0 ? 0.5 : 1}
          />
        );
      })}
    </svg>
  );
}
