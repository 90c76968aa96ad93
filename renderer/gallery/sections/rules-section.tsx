import type { ReactElement } from 'react';
import { ruleSentence } from '../../text/rule-sentence.ts';
import { type Column, Table } from '../../ui/index.ts';
import { type SampleRule, SAMPLE_RULES } from '../samples/rules.ts';

const COLUMNS: readonly Column<SampleRule>[] = [
  { id: 'sentence', title: 'Sentence', cell: ({ rule }) => <span className="block py-2">{ruleSentence(rule)}</span> },
  { id: 'about', title: 'Shows', wideOnly: true, cell: ({ about }) => <span className="text-muted">{about}</span> },
];

/** The plain sentence of rules, piece by piece. */
export function RulesSection(): ReactElement {
  return (
    <div className="max-w-content">
      <Table label="Rule sentences" rows={SAMPLE_RULES} columns={COLUMNS} rowId={({ about }) => about} rowName={({ about }) => about} />
    </div>
  );
}
