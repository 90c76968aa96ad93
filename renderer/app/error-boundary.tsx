import { Component, type ReactNode } from 'react';
import { appText } from '../text/app.ts';
import { Button, ErrorState } from '../ui/index.ts';

/** Keeps a defect of one screen from blanking the page. React offers this for classes only. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    const { title, body, reload } = appText.pageFailed;
    return (
      <main className="p-6">
        <ErrorState
          title={title}
          error={{ code: 'internal', message: body }}
          action={<Button onClick={() => location.reload()}>{reload}</Button>}
        />
      </main>
    );
  }
}
