import { ChevronRight } from 'lucide-react';
import type { ReactElement } from 'react';
import { rulesText } from '../../text/rules.ts';
import type { TemplateId } from './templates.ts';

/** Beginnings to choose from, each with a sentence. */
export function TemplateList({
  label,
  ids,
  onChoose,
}: {
  readonly label: string;
  readonly ids: readonly TemplateId[];
  readonly onChoose: (id: TemplateId) => void;
}): ReactElement {
  return (
    <div className="@container w-full">
      <ul aria-label={label} className="grid gap-2 @lg:grid-cols-2">
        {ids.map((id) => (
          <li key={id}>
            <button
              type="button"
              onClick={() => onChoose(id)}
              className="flex h-full w-full items-center gap-3 rounded-panel border border-line bg-surface p-3 text-start transition-colors hover:border-edge"
            >
              <span className="flex min-w-0 flex-1 flex-col gap-0.5">
                <span className="font-medium">{rulesText.templates[id].title}</span>
                <span className="text-sm text-muted">{rulesText.templates[id].help}</span>
              </span>
              <ChevronRight aria-hidden className="size-4 shrink-0 text-muted" />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
