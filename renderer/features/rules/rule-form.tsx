import type { ReactElement } from 'react';
import type { StoredEvent } from '../../../engine/contract/event.ts';
import { ActionsPart } from './actions-part.tsx';
import { ConditionsPart } from './conditions-part.tsx';
import type { PartProps, SampleProps } from './form-parts.ts';
import type { Section } from './form-problems.ts';
import { SavePart } from './save-part.tsx';
import { TestPart } from './test-part.tsx';
import { TimingPart } from './timing-part.tsx';
import { WhenPart } from './when-part.tsx';

export type RulePartProps = PartProps & SampleProps & { readonly section: Section; readonly onRunForReal: (event: StoredEvent) => void };

/** One part of the form: a step of the wizard, a section of the page. */
export function RulePart({ section, onRunForReal, ...props }: RulePartProps): ReactElement {
  const { draft, onChange, errors, warnings, sample } = props;
  switch (section) {
    case 'when':
      return <WhenPart draft={draft} onChange={onChange} errors={errors} warnings={warnings} />;
    case 'conditions':
      return <ConditionsPart {...props} />;
    case 'actions':
      return <ActionsPart draft={draft} onChange={onChange} errors={errors} warnings={warnings} sample={sample} />;
    case 'timing':
      return <TimingPart draft={draft} onChange={onChange} errors={errors} />;
    case 'test':
      return <TestPart draft={draft} onRunForReal={onRunForReal} />;
    case 'save':
      return <SavePart draft={draft} onChange={onChange} errors={errors} />;
  }
}
