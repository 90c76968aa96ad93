import { Play } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { Rule } from '../../../engine/contract/rule.ts';
import { RunRule } from '../../forms/machine/run-rule.tsx';
import { useQuery } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { homeText } from '../../text/home.ts';
import { Button } from '../../ui/index.ts';
import { Section } from './section.tsx';

/** A button for each rule that is meant to be started by hand; nothing where there is none. */
export function ByHand(): ReactElement | null {
  const { calls } = useRights();
  const rules = useQuery('rules.list', calls('rules.run') ? {} : undefined);
  const [asked, setAsked] = useState<Rule>();
  const byHand = (rules.data ?? []).filter(
    ({ enabled, triggers, problems }) => enabled && triggers.includes('on-demand') && problems.length === 0,
  );
  if (byHand.length === 0) return null;
  return (
    <Section title={homeText.byHand}>
      <ul className="flex flex-wrap gap-2">
        {byHand.map((rule) => (
          <li key={rule.id}>
            <Button icon={Play} onClick={() => setAsked(rule)}>
              {rule.name}
            </Button>
          </li>
        ))}
      </ul>
      <RunRule rule={asked} onClose={() => setAsked(undefined)} />
    </Section>
  );
}
