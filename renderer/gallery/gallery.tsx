import '../look/index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { KitProvider } from '../ui/index.ts';
import { GalleryPage } from './gallery-page.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');
createRoot(root).render(
  <StrictMode>
    <KitProvider>
      <Router hook={useHashLocation}>
        <GalleryPage />
      </Router>
    </KitProvider>
  </StrictMode>,
);
