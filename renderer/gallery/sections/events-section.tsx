import type { ReactElement } from 'react';
import type { StoredEvent } from '../../../engine/contract/event.ts';
import { eventSentence, EVENTS, isEventType } from '../../../engine/events/catalog.ts';
import { Badge, type Column, Status, Table, Time } from '../../ui/index.ts';
import { SAMPLE_EVENTS } from '../samples/events.ts';

const COLUMNS: readonly Column<StoredEvent>[] = [
  { id: 'sentence', title: 'Sentence', cell: (event) => eventSentence(event) },
  { id: 'type', title: 'Type', wideOnly: true, cell: ({ type }) => <Badge>{isEventType(type) ? EVENTS[type].title : type}</Badge> },
  {
    id: 'outcome',
    title: 'Outcome',
    cell: ({ outcome }) => <Status kind={outcome === 'ok' ? 'ok' : 'failure'}>{outcome}</Status>,
  },
  { id: 'time', title: 'Time', align: 'end', cell: ({ timestamp }) => <Time at={timestamp} /> },
];

/** The timeline's sentence of every event type. */
export function EventsSection(): ReactElement {
  return (
    <div className="max-w-content">
      <Table label="Event sentences" rows={SAMPLE_EVENTS} columns={COLUMNS} rowId={({ _id }) => String(_id)} rowName={eventSentence} />
    </div>
  );
}
