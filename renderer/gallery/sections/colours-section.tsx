import type { ReactElement } from 'react';
import { GateMark } from '../../ui/index.ts';
import { Specimen } from '../specimen.tsx';

const SLATE = Array.from({ length: 12 }, (_, index) => `slate-${index + 1}`);
const GROUNDS = ['page', 'surface', 'raised', 'sunken', 'line', 'edge', 'accent', 'accent-hover', 'accent-soft'];
const STATES = ['ok', 'notice', 'warning', 'failure', 'paused'];

/** The tokens: scale, grounds, states, type sizes, the mark. */
export function ColoursSection(): ReactElement {
  return (
    <div className="flex max-w-content flex-col gap-10">
      <Specimen title="Slate">
        <Swatches names={SLATE} />
      </Specimen>
      <Specimen title="Grounds, lines and the accent">
        <Swatches names={GROUNDS} />
      </Specimen>
      <Specimen title="States">
        <Swatches names={STATES.flatMap((state) => [state, `${state}-soft`])} />
      </Specimen>
      <Specimen title="Type">
        <p className="text-2xl font-semibold">28 The gate is open</p>
        <p className="text-xl font-semibold">20 The gate is open</p>
        <p className="text-lg">16 The gate is open</p>
        <p>14 The gate is open</p>
        <p className="text-sm">13 The gate is open</p>
        <p className="text-xs">12 The gate is open</p>
        <p className="font-mono text-sm">13 /srv/exchange/acme/inbox</p>
      </Specimen>
      <Specimen row title="Mark">
        <GateMark className="size-4" />
        <GateMark className="size-5 text-link" />
        <GateMark className="size-8 text-link" />
        <GateMark className="size-16 text-link" />
      </Specimen>
    </div>
  );
}

function Swatches({ names }: { readonly names: readonly string[] }): ReactElement {
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(6.5rem,1fr))] gap-3">
      {names.map((name) => (
        <li key={name} className="flex flex-col gap-1 text-xs text-muted">
          <span aria-hidden className="h-10 rounded-control border border-line" style={{ background: `var(--color-${name})` }} />
          {name}
        </li>
      ))}
    </ul>
  );
}
