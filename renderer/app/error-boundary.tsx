import { Component, type ReactNode } from 'react';
import { appText } from '../text/app.ts';
import { Button, ErrorState } from '../ui/index.ts';
import { PartMissing } from './lazy-page.ts';

type Props = {
  readonly children: ReactNode;
  /** Around the whole console, where nothing else gives the page its main part. */
  readonly outermost?: boolean;
};

type Failed = 'defect' | 'missing';

/** Keeps a defect of one screen, or one that could not be loaded, from blanking the page. React offers this for classes only. */
export class ErrorBoundary extends Component<Props, { readonly failed: Failed | null }> {
  override state: { readonly failed: Failed | null } = { failed: null };

  static getDerivedStateFromError(error: unknown): { failed: Failed } {
    return { failed: error instanceof PartMissing ? 'missing' : 'defect' };
  }

  override render(): ReactNode {
    const { failed } = this.state;
    if (failed === null) return this.props.children;
    const { title, body, reload } = failed === 'missing' ? appText.pageMissing : appText.pageFailed;
    const Part = this.props.outermost === true ? 'main' : 'div';
    return (
      <Part className="p-6">
        <h1 className="sr-only">{title}</h1>
        <ErrorState
          title={title}
          error={{ code: failed === 'missing' ? 'not_running' : 'internal', message: body }}
          action={<Button onClick={() => location.reload()}>{reload}</Button>}
        />
      </Part>
    );
  }
}
