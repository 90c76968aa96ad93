import { FileQuestion } from 'lucide-react';
import { type ReactElement, type ReactNode, useMemo } from 'react';
import { useParams, useSearch } from 'wouter';
import type { StoredEvent } from '../../../engine/contract/event.ts';
import type { Rule } from '../../../engine/contract/rule.ts';
import { routes } from '../../routes.ts';
import { useQuery } from '../../stores/use-query.ts';
import { rulesText } from '../../text/rules.ts';
import { EmptyState, ErrorState, Link, PageHeader, Skeleton } from '../../ui/index.ts';
import { draftOf, newDraft } from './draft.ts';
import { useDraft } from './draft-store.ts';
import { RulePage } from './rule-page.tsx';
import { draftFromEvent } from './sample.ts';
import { type TemplateId, TEMPLATES } from './templates.ts';
import { Wizard } from './wizard.tsx';

/** A new rule as a wizard, an existing one as a page. `?event=` names the past event to begin with or to try it on. */
export function RuleWizardPage(): ReactElement {
  const { id } = useParams();
  const query = new URLSearchParams(useSearch());
  const eventId = positive(query.get('event'));
  if (id === undefined) return <NewRule key={query.toString()} eventId={eventId} template={query.get('template')} />;
  return <KnownRule key={id} id={positive(id) ?? 0} eventId={eventId} />;
}

function NewRule({ eventId, template }: { readonly eventId: number | undefined; readonly template: string | null }): ReactElement {
  const found = useEvent(eventId);
  if (eventId !== undefined && found.loading) {
    return (
      <Page>
        <Skeleton rows={6} />
      </Page>
    );
  }
  const name = eventId === undefined ? (template === null ? 'new' : `template-${template}`) : `event-${eventId}`;
  return <NewRuleForm name={name} event={found.event} template={template} />;
}

type NewRuleFormProps = { readonly name: string; readonly event: StoredEvent | undefined; readonly template: string | null };

function NewRuleForm({ name, event, template }: NewRuleFormProps): ReactElement {
  const beginning = useMemo(
    () => (event === undefined ? newDraft(isTemplate(template) ? TEMPLATES[template] : {}) : draftFromEvent(event)),
    [event, template],
  );
  const state = useDraft(name, beginning);
  return state === undefined ? (
    <Page>
      <Skeleton rows={6} />
    </Page>
  ) : (
    <Wizard state={state} event={event} />
  );
}

function KnownRule({ id, eventId }: { readonly id: number; readonly eventId: number | undefined }): ReactElement {
  const rules = useQuery('rules.list', {});
  const { event } = useEvent(eventId);
  const rule = rules.data?.find((known) => known.id === id);
  if (rule !== undefined) return <KnownRuleForm rule={rule} event={event} />;
  return (
    <Page>
      {rules.data !== undefined ? (
        <EmptyState icon={FileQuestion} title={rulesText.notFound} action={<Link href={routes.rules()}>{rulesText.back}</Link>}>
          {rulesText.notFoundBody}
        </EmptyState>
      ) : rules.error === undefined ? (
        <Skeleton rows={6} />
      ) : (
        <ErrorState title={rulesText.cannotRead} error={rules.error} effect={rulesText.effect} onRetry={rules.reload} />
      )}
    </Page>
  );
}

function KnownRuleForm({ rule, event }: { readonly rule: Rule; readonly event: StoredEvent | undefined }): ReactElement {
  // By its version: the list is read anew at every change of any rule.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const beginning = useMemo(() => draftOf(rule), [rule.id, rule.version]);
  const state = useDraft(String(rule.id), beginning);
  return state === undefined ? (
    <Page>
      <Skeleton rows={6} />
    </Page>
  ) : (
    <RulePage rule={rule} saved={beginning} state={state} event={event} />
  );
}

function Page({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <div className="mx-auto flex w-full max-w-content flex-col gap-6 p-6 max-sm:p-4">
      <PageHeader title={rulesText.title} />
      {children}
    </div>
  );
}

/** One event of the log; none when it is gone. */
function useEvent(id: number | undefined): { readonly event: StoredEvent | undefined; readonly loading: boolean } {
  const { data, loading } = useQuery('events.search', id === undefined ? undefined : { ids: String(id), limit: 1 });
  return { event: data?.events[0], loading: data === undefined && loading };
}

function positive(text: string | null): number | undefined {
  return text !== null && /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
}

function isTemplate(id: string | null): id is TemplateId {
  return id !== null && Object.hasOwn(TEMPLATES, id);
}
