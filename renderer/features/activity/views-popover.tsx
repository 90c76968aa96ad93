import { Bookmark, Trash2 } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { activityText } from '../../text/activity.ts';
import { Button, Field, IconButton, Link, Notice, Popover, showToast, TextInput } from '../../ui/index.ts';
import { routes } from '../../routes.ts';
import { formatQuery, type TimelineQuery } from './query.ts';
import { BUILT_IN, MOST_VIEWS, type SavedView, savedViews, VIEWS_KEY } from './views.ts';

const text = activityText.views;

/** Views by name: those that everybody has, own ones, and the present one to be kept. */
export function ViewsPopover({ query }: { readonly query: TimelineQuery }): ReactElement {
  const [open, setOpen] = useState(false);
  const own = savedViews(useQuery('console.preferences', {}).data);
  const save = useCommand('console.savePreferences', ['console.preferences']);
  const here = formatQuery(query);
  const close = (): void => setOpen(false);

  async function keep(views: readonly SavedView[], said: string): Promise<boolean> {
    const saved = await save.run({ [VIEWS_KEY]: [...views] });
    if (saved !== undefined) showToast({ title: said });
    return saved !== undefined;
  }

  return (
    <Popover trigger={<Button icon={Bookmark}>{text.button}</Button>} title={text.title} open={open} onOpenChange={setOpen}>
      {save.error !== undefined && (
        <Notice kind="failure" title={text.failed}>
          {save.error.message}
        </Notice>
      )}
      <ul className="flex flex-col">
        {BUILT_IN.map((view) => (
          <ViewLine key={view.name} view={view} current={view.query === here} onOpen={close} />
        ))}
        {own.map((view) => (
          <ViewLine
            key={view.name}
            view={view}
            current={view.query === here}
            onOpen={close}
            onRemove={() =>
              void keep(
                own.filter(({ name }) => name !== view.name),
                text.removed(view.name),
              )
            }
          />
        ))}
      </ul>
      {here !== '' && <SaveView own={own} busy={save.busy} onSave={(name) => keep([...own, { name, query: here }], text.saved(name))} />}
    </Popover>
  );
}

function ViewLine({
  view,
  current,
  onOpen,
  onRemove,
}: {
  readonly view: SavedView;
  readonly current: boolean;
  readonly onOpen: () => void;
  readonly onRemove?: () => void;
}): ReactElement {
  return (
    <li className="flex min-h-8 items-center justify-between gap-2">
      <Link quiet href={routes.activity(view.query)} onClick={onOpen} aria-current={current ? 'true' : undefined}>
        {view.name}
      </Link>
      {onRemove !== undefined && <IconButton small icon={Trash2} name={text.remove(view.name)} onClick={onRemove} />}
    </li>
  );
}

function SaveView({
  own,
  busy,
  onSave,
}: {
  readonly own: readonly SavedView[];
  readonly busy: boolean;
  readonly onSave: (name: string) => Promise<boolean>;
}): ReactElement {
  const [name, setName] = useState('');
  const wanted = name.trim();
  const taken = [...BUILT_IN, ...own].some((view) => view.name.toLowerCase() === wanted.toLowerCase());
  if (own.length >= MOST_VIEWS) return <p className="text-sm text-muted">{text.full}</p>;
  return (
    <form
      className="flex flex-col gap-2 border-t border-line pt-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted === '' || taken) return;
        void onSave(wanted).then((saved) => saved && setName(''));
      }}
    >
      <Field label={text.name} error={taken ? text.taken : undefined}>
        <TextInput value={name} onChange={setName} maxLength={60} />
      </Field>
      <Button type="submit" busy={busy} disabled={wanted === '' || taken}>
        {text.save}
      </Button>
    </form>
  );
}
