import { brotliCompressSync, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Beside each text asset its compressed forms, so that the board serves them as they are. */
const compressed = {
  name: 'compressed',
  apply: 'build',
  enforce: 'post',
  generateBundle(_options, bundle) {
    for (const [fileName, file] of Object.entries(bundle)) {
      if (!/\.(js|css|html|svg)$/.test(fileName)) continue;
      const source = file.type === 'chunk' ? file.code : file.source;
      this.emitFile({ type: 'asset', fileName: `${fileName}.br`, source: brotliCompressSync(source) });
      this.emitFile({ type: 'asset', fileName: `${fileName}.gz`, source: gzipSync(source, { level: 9 }) });
    }
  },
};

/** Everything is served from the one origin: no inline script, no data: address, nothing from elsewhere. */
export default defineConfig({
  plugins: [react(), compressed],
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
