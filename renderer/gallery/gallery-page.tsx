import { type ReactElement, useEffect, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { classes } from '../ui/classes.ts';
import { GateMark, PageHeader, SegmentedControl } from '../ui/index.ts';
import { ActionsSection } from './sections/actions-section.tsx';
import { ColoursSection } from './sections/colours-section.tsx';
import { EventsSection } from './sections/events-section.tsx';
import { FeedbackSection } from './sections/feedback-section.tsx';
import { InputsSection } from './sections/inputs-section.tsx';
import { ListsSection } from './sections/lists-section.tsx';
import { OverlaysSection } from './sections/overlays-section.tsx';
import { PlotsSection } from './sections/plots-section.tsx';
import { RulesSection } from './sections/rules-section.tsx';
import { WizardSection } from './sections/wizard-section.tsx';

const SECTIONS = [
  { id: 'inputs', title: 'Inputs', about: 'Buttons, links and everything that takes an answer.', Section: InputsSection },
  { id: 'feedback', title: 'Feedback', about: 'States, progress, waiting, nothing there, something failed.', Section: FeedbackSection },
  { id: 'lists', title: 'Lists', about: 'Tables, long lists, details at the right.', Section: ListsSection },
  { id: 'overlays', title: 'Overlays', about: 'What floats: menus, dialogues, popovers, toasts.', Section: OverlaysSection },
  { id: 'wizard', title: 'Wizard', about: 'One question per screen.', Section: WizardSection },
  { id: 'plots', title: 'Plots', about: 'Thin lines, and the same figures as a table.', Section: PlotsSection },
  { id: 'events', title: 'Event sentences', about: 'How each type of event reads in the timeline.', Section: EventsSection },
  { id: 'rules', title: 'Rule sentences', about: 'How each trigger, condition and action reads.', Section: RulesSection },
  { id: 'actions', title: 'Action forms', about: 'The form that follows from each action of the registry.', Section: ActionsSection },
  { id: 'colours', title: 'Colours and type', about: 'The tokens of the look.', Section: ColoursSection },
] as const;

const THEMES = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;

/** The kit in all its states, and every sentence and form that the registries make. A page of development only. */
export function GalleryPage(): ReactElement {
  const [location] = useLocation();
  const { id, title, about, Section } = SECTIONS.find((section) => location === `/${section.id}`) ?? SECTIONS[0];
  return (
    <div className="flex min-h-dvh flex-col sm:flex-row">
      <nav
        aria-label="Gallery"
        className="flex shrink-0 flex-col gap-4 border-line p-3 max-sm:border-b sm:sticky sm:top-0 sm:h-dvh sm:w-55 sm:border-e"
      >
        <div className="flex items-center gap-2 px-2 py-1">
          <GateMark className="size-5 text-link" />
          <span className="font-semibold">Gallery</span>
        </div>
        <ul className="flex flex-1 flex-wrap gap-0.5 sm:flex-col">
          {SECTIONS.map((section) => (
            <li key={section.id}>
              <Link
                href={`/${section.id}`}
                aria-current={section.id === id ? 'page' : undefined}
                className={classes(
                  'flex h-8 items-center rounded-control px-2 font-medium',
                  section.id === id ? 'bg-pressed text-text' : 'text-muted hover:bg-hover hover:text-text',
                )}
              >
                {section.title}
              </Link>
            </li>
          ))}
        </ul>
        <div>
          <ThemeSwitch />
        </div>
      </nav>
      <main className="flex min-w-0 flex-1 flex-col gap-8 p-4 sm:p-8">
        <PageHeader title={title} sentence={about} />
        <Section />
      </main>
    </div>
  );
}

function ThemeSwitch(): ReactElement {
  const [theme, setTheme] = useState<(typeof THEMES)[number]['value']>('system');
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return <SegmentedControl label="Theme" segments={THEMES} value={theme} onChange={setTheme} />;
}
