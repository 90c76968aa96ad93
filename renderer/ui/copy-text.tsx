import { Check, Copy } from 'lucide-react';
import type { ReactElement } from 'react';
import { uiText } from '../text/ui.ts';
import { classes } from './classes.ts';
import { IconButton } from './icon-button.tsx';
import { useCopy } from './use-copy.ts';

export type CopyTextProps = {
  readonly text: string;
  /** What it is, for the button's name: *Copy fingerprint*. */
  readonly name: string;
  /** A block that keeps its line breaks, for snippets. */
  readonly block?: boolean | undefined;
};

/** An exact text in mono with a button that copies it. */
export function CopyText({ text, name, block = false }: CopyTextProps): ReactElement {
  const { copied, copy } = useCopy();
  return (
    <span
      className={classes(
        'max-w-full gap-1 rounded-control bg-sunken',
        block ? 'flex items-start p-1 ps-3' : 'inline-flex items-center ps-2',
      )}
    >
      {block ? (
        <pre className="min-w-0 flex-1 py-1.5 font-mono text-sm break-all whitespace-pre-wrap">{text}</pre>
      ) : (
        <code className="min-w-0 py-0.5 font-mono text-sm break-all">{text}</code>
      )}
      <IconButton
        small={!block}
        icon={copied ? Check : Copy}
        name={copied ? uiText.copied : uiText.copyName(name)}
        onClick={() => copy(text)}
      />
      <span role="status" className="sr-only">
        {copied && uiText.copied}
      </span>
    </span>
  );
}
