import { Field as BaseField } from '@base-ui/react/field';
import { CircleX, Info, TriangleAlert } from 'lucide-react';
import { type KeyboardEvent, type ReactElement, useDeferredValue, useId, useMemo, useRef, useState } from 'react';
import type { Completion, EventValues, Problem } from '../../engine/templates/index.ts';
import { formsText } from '../text/forms.ts';
import { classes } from '../ui/classes.ts';
import { PlaceholderPicker } from './placeholder-picker.tsx';
import { complete, insertPlaceholder, offsetOf, suggestions, type WordAtCaret, wordAtCaret } from './template-completion.ts';
import { readTemplate } from './template-preview.ts';

export type TemplateEditorProps = {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onBlur?: (() => void) | undefined;
  readonly name?: string | undefined;
  /** 1 for a single line. Default 6. */
  readonly rows?: number | undefined;
  /** Values are escaped for HTML. */
  readonly html?: boolean | undefined;
  /** The event that the preview uses; a made-up upload by default. */
  readonly sample?: EventValues | undefined;
  readonly disabled?: boolean | undefined;
  readonly 'aria-label'?: string | undefined;
};

/**
 * A text with placeholders: suggestions while a name is typed, a picker with sample values, problems at line and column, and what the
 * text becomes with a sample event. Inside a Field it takes its label from there.
 */
export function TemplateEditor(props: TemplateEditorProps): ReactElement {
  const { value, onChange, rows = 6, html = false, sample, disabled = false } = props;
  const area = useRef<HTMLTextAreaElement>(null);
  const [word, setWord] = useState<WordAtCaret | undefined>(undefined);
  const [active, setActive] = useState(0);
  const listId = useId();
  const problemsId = useId();
  // Long templates are checked when typing pauses.
  const settled = useDeferredValue(value);
  const { problems, preview } = useMemo(() => readTemplate(settled, sample, html), [settled, sample, html]);
  const offered = word === undefined ? [] : suggestions(word);
  const chosen = offered[Math.min(active, offered.length - 1)];

  function put(next: { readonly text: string; readonly caret: number }): void {
    setWord(undefined);
    onChange(next.text);
    // The caret can only be set once the new text is there.
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(next.caret, next.caret);
    });
  }

  function look(): void {
    const { selectionStart, selectionEnd, value: typed } = area.current ?? { selectionStart: 0, selectionEnd: 0, value: '' };
    setWord(selectionStart === selectionEnd ? wordAtCaret(typed, selectionStart) : undefined);
    setActive(0);
  }

  function keyDown(event: KeyboardEvent<HTMLTextAreaElement>): void {
    if (chosen !== undefined && word !== undefined) {
      const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (move !== undefined) setActive((offered.indexOf(chosen) + move + offered.length) % offered.length);
      else if (event.key === 'Enter' || event.key === 'Tab') put(complete(value, event.currentTarget.selectionStart, word, chosen));
      else if (event.key === 'Escape') setWord(undefined);
      else return;
      // Escape closes the suggestions, not the panel or dialog around them.
      event.stopPropagation();
      event.preventDefault();
    } else if (event.key === 'Enter' && rows === 1) event.preventDefault();
  }

  return (
    <div className="flex flex-col gap-1.5">
      <div className="relative">
        <BaseField.Control
          name={props.name}
          aria-label={props['aria-label']}
          disabled={disabled}
          value={value}
          onValueChange={(next) => {
            onChange(rows === 1 ? next.replaceAll(/[\r\n]+/g, ' ') : next);
            look();
          }}
          onBlur={() => {
            setWord(undefined);
            props.onBlur?.();
          }}
          render={
            <textarea
              ref={area}
              rows={rows}
              spellCheck={false}
              aria-autocomplete="list"
              aria-controls={chosen === undefined ? undefined : listId}
              aria-activedescendant={chosen === undefined ? undefined : `${listId}-${offered.indexOf(chosen)}`}
              aria-errormessage={problems.length > 0 ? problemsId : undefined}
              onKeyDown={keyDown}
              onClick={() => setWord(undefined)}
            />
          }
          className={classes('control block w-full py-1.5 ps-2.5 pe-9 font-mono text-sm', rows === 1 && 'resize-none overflow-hidden')}
        />
        <span className="absolute end-1 top-1">
          <PlaceholderPicker
            onPick={(placeholder) => put(insertPlaceholder(value, area.current?.selectionStart ?? value.length, placeholder))}
          />
        </span>
        {chosen !== undefined && word !== undefined && (
          <Suggestions
            id={listId}
            offered={offered}
            chosen={chosen}
            onChoose={(completion) => put(complete(value, area.current?.selectionStart ?? 0, word, completion))}
          />
        )}
      </div>
      <ProblemList
        id={problemsId}
        problems={problems}
        onGo={({ line, column }) => {
          const at = offsetOf(value, line, column);
          area.current?.focus();
          area.current?.setSelectionRange(at, at);
        }}
      />
      {preview !== undefined && (
        <div className="flex items-baseline gap-2 text-sm text-muted">
          <span className="shrink-0">{formsText.preview}:</span>
          {preview === '' ? (
            <span>{formsText.previewEmpty}</span>
          ) : (
            <span className="max-h-40 min-w-0 overflow-hidden font-mono break-words whitespace-pre-wrap text-text">{preview}</span>
          )}
        </div>
      )}
    </div>
  );
}

type SuggestionsProps = {
  readonly id: string;
  readonly offered: readonly Completion[];
  readonly chosen: Completion;
  readonly onChoose: (completion: Completion) => void;
};

function Suggestions({ id, offered, chosen, onChoose }: SuggestionsProps): ReactElement {
  return (
    <ul
      id={id}
      role="listbox"
      aria-label={formsText.completions}
      className="float absolute inset-x-0 top-full z-20 mt-1 max-h-64 overflow-y-auto p-1"
    >
      {offered.map((completion, index) => (
        <li
          key={completion.label}
          id={`${id}-${index}`}
          role="option"
          aria-selected={completion === chosen}
          className={classes(
            'flex cursor-default items-baseline gap-3 rounded-control px-2 py-1',
            completion === chosen && 'bg-hover forced-colors:bg-[Highlight]',
          )}
          // Pressing must not take the focus away from the text.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onChoose(completion)}
        >
          <span className="shrink-0 font-mono text-sm">{completion.label}</span>
          <span className="truncate text-xs text-muted">{completion.sentence}</span>
        </li>
      ))}
    </ul>
  );
}

const SEVERITIES = { error: [CircleX, 'text-failure'], warning: [TriangleAlert, 'text-warning'], hint: [Info, 'text-notice'] } as const;

function ProblemList({
  id,
  problems,
  onGo,
}: {
  readonly id: string;
  readonly problems: readonly Problem[];
  readonly onGo: (problem: Problem) => void;
}): ReactElement {
  return (
    <ul id={id} aria-live="polite" className="flex flex-col gap-0.5 empty:hidden">
      {problems.map((problem) => {
        const [Icon, look] = SEVERITIES[problem.severity];
        return (
          <li key={`${problem.line}:${problem.column}:${problem.message}`} className={classes('flex items-start gap-1.5 text-sm', look)}>
            <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
            <span>
              <span className="sr-only">{formsText.severity[problem.severity]}: </span>
              <button type="button" onClick={() => onGo(problem)} className="rounded-sm underline underline-offset-3">
                {formsText.problemAt(problem.line, problem.column)}
              </button>
              : {problem.message}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
