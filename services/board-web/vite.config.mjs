import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import compileMessage from 'icu-minify/compile';
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** What the first page may weigh, compressed, scripts and styles together: a phone on a ward's network opens it, too. */
const FIRST_PAGE_MAX_KB = 180;

/** Beside each text asset its compressed forms, so that the board serves them as they are: of the files as they are written. */
const compressed = {
  name: 'compressed',
  apply: 'build',
  enforce: 'post',
  writeBundle({ dir }, bundle) {
    for (const fileName of Object.keys(bundle)) {
      if (!/\.(js|css|html|svg)$/.test(fileName)) continue;
      const path = join(dir, fileName);
      const source = readFileSync(path);
      writeFileSync(`${path}.br`, brotliCompressSync(source));
      writeFileSync(`${path}.gz`, gzipSync(source, { level: 9 }));
    }
  },
};

/** Says what each page weighs at first sight (gzip), and fails the build where the house weighs more than it may. */
const weighed = {
  name: 'weighed',
  apply: 'build',
  enforce: 'post',
  generateBundle(_options, bundle) {
    const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
    const weigh = (file) => gzipSync(file.type === 'chunk' ? file.code : file.source, { level: 9 }).length;
    const stylesOf = (all) =>
      [...new Set(all.flatMap((chunk) => [...(chunk.viteMetadata?.importedCss ?? [])]))].flatMap(
        (name) => bundle[name] ?? [],
      );
    const needed = (chunk, found = new Set()) => {
      if (chunk === undefined || found.has(chunk)) return found;
      found.add(chunk);
      for (const name of chunk.imports) needed(bundle[name], found);
      return found;
    };
    const entry = chunks.find((chunk) => chunk.isEntry);
    const lines = entry.dynamicImports
      .map((name) => bundle[name])
      .filter((chunk) => /(page|route)\.tsx$/.test(chunk?.facadeModuleId ?? ''))
      .map((chunk) => {
        const all = [...needed(chunk, needed(entry))];
        const bytes = [...all, ...stylesOf(all)].reduce((sum, file) => sum + weigh(file), 0);
        return { name: chunk.name, kb: bytes / 1000 };
      })
      .sort((a, b) => b.kb - a.kb);
    const first = lines.find(({ name }) => name === 'house-page');
    this.info(`first sight, kB gzip: ${lines.map(({ name, kb }) => `${name} ${kb.toFixed(1)}`).join(', ')}`);
    if (first === undefined || first.kb > FIRST_PAGE_MAX_KB) {
      this.error(`The first page weighs ${first?.kb.toFixed(1)} kB; it may weigh ${FIRST_PAGE_MAX_KB} kB.`);
    }
  },
};

/**
 * Texts in the form they are filled in from, so that what parses them stays out of the browser. `icu-minify` comes with use-intl and is of
 * its version; the alias below is its counterpart.
 */
const compiledTexts = {
  name: 'compiled-texts',
  enforce: 'pre',
  async load(id) {
    const file = /\/src\/texts\/(?:en|de)\/\w+\.ts$/.exec(id)?.[0];
    if (file === undefined) return null;
    const texts = await import(`${pathToFileURL(id)}?${statSync(id).mtimeMs}`);
    const compiled = (value) =>
      typeof value === 'string'
        ? compileMessage(value)
        : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, compiled(inner)]));
    return Object.entries(texts)
      .map(([name, value]) => `export const ${name} = ${JSON.stringify(compiled(value))};`)
      .join('\n');
  },
};

/** Everything is served from the one origin: no inline script, no data: address, nothing from elsewhere. */
export default defineConfig({
  plugins: [
    { ...optimizeLocales.vite({ locales: ['en-US', 'en-GB', 'de-DE'] }), enforce: 'pre' },
    compiledTexts,
    react(),
    compressed,
    weighed,
  ],
  resolve: {
    conditions: ['@wardstream/source', 'module', 'browser', 'development|production'],
    alias: { 'use-intl/format-message': 'use-intl/format-message/format-only' },
  },
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
