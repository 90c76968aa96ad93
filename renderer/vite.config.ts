import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The console: one page for both shells. The gallery and the demo are pages of development only. */
export default defineConfig(({ command, mode }) => ({
  root: here('.'),
  base: './',
  plugins: [react(), tailwindcss()],
  build: {
    outDir: here('../dist/console'),
    emptyOutDir: true,
    target: 'chrome140',
    // The content security policy allows no inline data in scripts and styles; small files stay files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      // What a screen takes from an index of the console is loaded with this screen, and not all of the index with the first one.
      treeshake: { moduleSideEffects: (id) => !/\/renderer\/(ui|forms|features)\/.*\.tsx?$/.test(id) },
      input:
        mode === 'gallery'
          ? { index: here('index.html'), demo: here('demo.html'), gallery: here('gallery.html') }
          : { index: here('index.html') },
    },
  },
  server: { host: '127.0.0.1', strictPort: false },
  clearScreen: command !== 'serve',
}));
