import type { ReactElement } from 'react';
import { formatBytes } from '../../text/format.ts';
import { Plot, Sparkline } from '../../ui/index.ts';
import { Specimen } from '../specimen.tsx';

const HOURS = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, '0')}:00`);
const FILES_IN = [0, 0, 0, 1, 0, 2, 5, 14, 22, 31, 27, 19, 12, 16, 24, 29, 21, 12, 6, 3, 2, 1, 0, 0];
const FILES_OUT = FILES_IN.map((count) => Math.round(count * 0.4));
const FAILED = FILES_IN.map((_, hour) => (hour === 9 ? 4 : hour === 15 ? 1 : 0));
const BYTES_IN = FILES_IN.map((count, hour) => count * (2_100_000 + hour * 90_000));
const BYTES_OUT = FILES_OUT.map((count) => count * 3_400_000);

/** Figures over time. */
export function PlotsSection(): ReactElement {
  return (
    <div className="flex max-w-content flex-col gap-10">
      <Plot
        title="Files per hour"
        points={HOURS}
        series={[
          { name: 'In', values: FILES_IN },
          { name: 'Out', values: FILES_OUT },
          { name: 'Failed', values: FAILED, tone: 'failure' },
        ]}
      />
      <Plot
        title="Bytes per hour"
        kind="lines"
        format={formatBytes}
        points={HOURS}
        series={[
          { name: 'In', values: BYTES_IN },
          { name: 'Out', values: BYTES_OUT },
        ]}
      />
      <Plot title="Failures per hour" points={HOURS} series={[{ name: 'Failures', values: HOURS.map(() => 0), tone: 'failure' }]} />
      <Specimen row title="Sparklines">
        <Sparkline label="14 runs in 7 days" values={[1, 4, 0, 3, 2, 4, 0]} />
        <Sparkline label="No runs in 7 days" values={[0, 0, 0, 0, 0, 0, 0]} />
      </Specimen>
    </div>
  );
}
