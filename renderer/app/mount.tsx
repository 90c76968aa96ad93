import '../look/index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { type Console, ConsoleContext } from '../stores/console.ts';
import { App } from './app.tsx';

// zod would try whether it may compile code; the content security policy answers such a try with an error in the console.
z.config({ jitless: true });

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
