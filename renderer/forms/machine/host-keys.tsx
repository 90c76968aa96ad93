import type { ReactElement } from 'react';
import { useLive } from '../../stores/console.ts';
import { machineText } from '../../text/machine.ts';
import { CopyText, Disclosure, KeyValues, Skeleton } from '../../ui/index.ts';

const text = machineText.keys;

/** The fingerprints that partners compare when they connect for the first time. */
export function HostKeys(): ReactElement {
  const keys = useLive((live) => live.status?.hostKeys);
  if (keys === undefined) return <Skeleton rows={2} />;
  if (keys.length === 0) return <p className="text-muted">{text.none}</p>;
  return (
    <div className="flex flex-col gap-3">
      <KeyValues
        items={keys.map(({ type, sha256 }) => ({
          key: text.kind(type),
          value: <CopyText text={sha256} name={text.sha256(text.kind(type))} />,
        }))}
      />
      <Disclosure title={text.older}>
        <KeyValues
          items={keys.map(({ type, md5 }) => ({ key: text.kind(type), value: <CopyText text={md5} name={text.md5(text.kind(type))} /> }))}
        />
      </Disclosure>
    </div>
  );
}
