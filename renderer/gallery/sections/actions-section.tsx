import { type ReactElement, useRef, useState } from 'react';
import { type ActionId, ACTIONS } from '../../../engine/actions/catalog.ts';
import { SchemaForm, type SchemaFormHandle } from '../../forms/index.ts';
import { Button, CopyText, SegmentedControl, Status } from '../../ui/index.ts';
import { SAMPLE_CONFIGS } from '../samples/actions.ts';
import { Specimen } from '../specimen.tsx';

const FILLS = [
  { value: 'filled', label: 'Filled in' },
  { value: 'empty', label: 'Empty' },
] as const;

/** The form of every action: filled in and empty, with what it makes of the answers. */
export function ActionsSection(): ReactElement {
  const [fill, setFill] = useState<(typeof FILLS)[number]['value']>('filled');
  return (
    <div className="flex max-w-form flex-col items-start gap-10">
      <SegmentedControl label="Forms" segments={FILLS} value={fill} onChange={setFill} />
      {Object.keys(ACTIONS).map((id) => (
        <ActionForm key={`${id}-${fill}`} id={id as ActionId} filled={fill === 'filled'} />
      ))}
    </div>
  );
}

function ActionForm({ id, filled }: { readonly id: ActionId; readonly filled: boolean }): ReactElement {
  const form = useRef<SchemaFormHandle>(null);
  const [config, setConfig] = useState<Readonly<Record<string, unknown>>>(filled ? SAMPLE_CONFIGS[id] : {});
  const [valid, setValid] = useState<boolean | undefined>(undefined);
  const { title, description, config: schema } = ACTIONS[id];
  return (
    <div className="w-full">
      <Specimen title={title}>
        <p className="text-muted">{description}</p>
        <SchemaForm ref={form} schema={schema} value={config} onChange={setConfig}>
          <div className="flex items-center gap-3">
            <Button aria-label={`Check answers of ${title}`} onClick={() => void form.current?.validate().then(setValid)}>
              Check answers
            </Button>
            {valid === true && <Status kind="ok">Can be saved</Status>}
          </div>
        </SchemaForm>
        <CopyText block name={`configuration of ${title}`} text={JSON.stringify(config, null, 2)} />
      </Specimen>
    </div>
  );
}
