import '../look/index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { createDemoTransport } from '../demo/transport.ts';
import { createWorld } from '../demo/world.ts';
import { createBrowserShell } from '../shell/browser-shell.ts';
import { ConsoleContext, createConsole } from '../stores/console.ts';
import { KitProvider } from '../ui/index.ts';
import { GalleryPage } from './gallery-page.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');
// Some forms offer what there is, such as flows: here that of the demo's office.
const office = createConsole(createDemoTransport(createWorld(Date.now(), 'full'), 'quiet', true), createBrowserShell());
createRoot(root).render(
  <StrictMode>
    <ConsoleContext value={office}>
      <KitProvider>
        <Router hook={useHashLocation}>
          <GalleryPage />
        </Router>
      </KitProvider>
    </ConsoleContext>
  </StrictMode>,
);
