import { FolderOpen, WandSparkles } from 'lucide-react';
import type { ReactElement } from 'react';
import type { StoredEvent } from '../../../engine/contract/event.ts';
import { TRIGGERS } from '../../../engine/rules/triggers.ts';
import { routes } from '../../routes.ts';
import { useConsole, useLive } from '../../stores/console.ts';
import { useQuery } from '../../stores/use-query.ts';
import { useEventSentence } from '../../stores/use-event-sentence.ts';
import { useRights } from '../../stores/use-rights.ts';
import { activityText } from '../../text/activity.ts';
import { asAppError } from '../../rpc/client.ts';
import { Button, Bytes, CopyText, Disclosure, Duration, type KeyValue, KeyValues, Link, Panel, showToast, Time } from '../../ui/index.ts';
import { AddressAction } from './address-action.tsx';
import { useDetailView } from './detail-view.ts';
import { AbsentDetails, CopyLink, type DetailsProps, DetailsSection } from './details-parts.tsx';
import { eventHref, sessionHref } from './links.ts';
import { OutcomeMark } from './outcome.tsx';
import { escapeGlob, type TimelineQuery } from './query.ts';
import { realPathOf } from './real-path.ts';
import { RulesConsidered } from './rules-considered.tsx';
import { runIdOf } from './session-tree.ts';

const text = activityText.details;
const RELATED = 8;

/** One event: people's words first, what the rules made of it, what else happened to the file, the protocol's words last. */
export function EventDetails({ id, query, onClose }: DetailsProps): ReactElement {
  const sentence = useEventSentence();
  const { calls } = useRights();
  const found = useQuery('events.search', { ids: String(id), limit: 1 });
  const event = found.data?.events[0];
  useDetailView('event', id);
  if (event === undefined) return <AbsentDetails found={found} onClose={onClose} />;
  return (
    <Panel
      title={sentence(event)}
      onClose={onClose}
      tools={<CopyLink path={routes.event(id)} />}
      actions={isWatched(event) || isOfStranger(event) ? <Actions event={event} /> : undefined}
    >
      <KeyValues items={facts(event, query)} />
      {calls('rules.considered') && <RulesConsidered eventId={id} />}
      {event.path !== null && <SamePath event={event} path={event.path} query={query} />}
      <Disclosure title={text.raw}>
        <CopyText block name={text.raw} text={JSON.stringify(event, null, 2)} />
      </Disclosure>
    </Panel>
  );
}

function facts(event: StoredEvent, query: TimelineQuery): KeyValue[] {
  const { info } = event;
  const reason = info['reason'] ?? info['error'];
  const session = event._session;
  const runId = runIdOf(event) ?? event.caused_by;
  return [
    { key: text.who, value: nameAndLogin(event) },
    { key: text.when, value: <Time at={event.timestamp} show="date-time" /> },
    { key: text.outcome, value: <OutcomeMark outcome={event.outcome} /> },
    { key: text.reason, value: typeof reason === 'string' ? reason : null },
    { key: text.path, value: event.path, mono: true },
    { key: text.target, value: event.target_path, mono: true },
    { key: text.size, value: event.bytes === null ? null : <Bytes value={event.bytes} /> },
    { key: text.duration, value: event.duration_ms === null ? null : <Duration ms={event.duration_ms} /> },
    {
      key: text.from,
      value: event.ipv4_address === null && event.protocol === null ? null : activityText.from(event.protocol, event.ipv4_address),
    },
    { key: text.program, value: event.client, mono: true },
    {
      key: text.session,
      value: session === null || event._user === null ? null : <Link href={sessionHref(session._id, query)}>{text.showSession}</Link>,
    },
    { key: text.causedBy, value: runId === null ? null : <Link href={routes.run(runId)}>{text.ruleRun(runId)}</Link> },
  ];
}

/** Who did it, with the login name behind a display name that is another one. */
function nameAndLogin({ _user }: StoredEvent): string | undefined {
  return _user?.login === undefined ? _user?._generated_displayname : `${_user._generated_displayname} (${_user.login})`;
}

/** Something that a rule could react to. */
function isWatched({ type }: StoredEvent): boolean {
  return Object.values(TRIGGERS).some(({ listensTo }) => listensTo.includes(type));
}

/** It came from somewhere, so that the address can be kept out. */
function isOfStranger({ ipv4_address, origin, type }: StoredEvent): boolean {
  return ipv4_address !== null && (origin === 'client' || type === 'IP_BLOCKED' || type === 'IP_UNBLOCKED');
}

function Actions({ event }: { readonly event: StoredEvent }): ReactElement {
  const { calls } = useRights();
  return (
    <>
      {isWatched(event) && calls('rules.save') && (
        <Link button="secondary" href={routes.newRule(event._id)}>
          <WandSparkles aria-hidden className="size-4" />
          {text.makeRule}
        </Link>
      )}
      <ShowInFolder event={event} />
      {isOfStranger(event) && <AddressAction event={event} />}
    </>
  );
}

function ShowInFolder({ event }: { readonly event: StoredEvent }): ReactElement | null {
  const { revealInFolder } = useConsole().shell;
  const exchangeFolder = useLive((live) => live.status?.exchangeFolder);
  const accounts = useQuery('accounts.list', revealInFolder === null ? undefined : {}).data;
  const path = exchangeFolder === undefined ? null : realPathOf(event, exchangeFolder, accounts ?? []);
  if (revealInFolder === null || path === null) return null;
  return (
    <Button
      icon={FolderOpen}
      onClick={() =>
        void revealInFolder(path).catch((error: unknown) => showToast({ title: text.cannotShow, body: asAppError(error).message }))
      }
    >
      {text.showInFolder}
    </Button>
  );
}

function SamePath({
  event,
  path,
  query,
}: {
  readonly event: StoredEvent;
  readonly path: string;
  readonly query: TimelineQuery;
}): ReactElement | null {
  const sentence = useEventSentence();
  const found = useQuery('events.search', { path: escapeGlob(path), limit: RELATED + 1 });
  const others = (found.data?.events ?? []).filter(({ _id, _user }) => _id !== event._id && _user?._id === event._user?._id);
  if (others.length === 0) return null;
  return (
    <DetailsSection title={text.related}>
      <ul className="flex flex-col gap-1.5 text-sm">
        {others.slice(0, RELATED).map((other) => (
          <li key={other._id} className="flex justify-between gap-3">
            <Link quiet href={eventHref(other._id, query)}>
              {sentence(other)}
            </Link>
            <span className="shrink-0 text-muted">
              <Time at={other.timestamp} show="date-time" />
            </span>
          </li>
        ))}
      </ul>
    </DetailsSection>
  );
}
