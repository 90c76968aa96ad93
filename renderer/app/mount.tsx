import '../look/index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { type Console, ConsoleContext } from '../stores/console.ts';
import { App } from './app.tsx';

/** Shows a console in the page's #root. */
export function mount(console: Console): void {
  const root = document.getElementById('root');
  if (root === null) throw new Error('The page has no #root.');
  createRoot(root).render(
    <StrictMode>
      <ConsoleContext value={console}>
        <App />
      </ConsoleContext>
    </StrictMode>,
  );
}
