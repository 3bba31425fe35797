import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Everything is served from the one origin: no inline script, no data: address, nothing from elsewhere. */
export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['@wardstream/source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    sourcemap: false,
    target: 'es2023',
    // The house's libraries only define things: what is not used of them does not reach the browser.
    rolldownOptions: { treeshake: { moduleSideEffects: (id) => !/\/libs\/[^/]+\/(src|dist)\//.test(id) } },
  },
  server: { port: 5173, proxy: { '/api': 'http://localhost:8080' } },
});
