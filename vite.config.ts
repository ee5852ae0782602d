/** Builds the console (src/web) into dist/web with hashed assets; the server of the product serves that folder. */
import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'src/web',
  base: '/',
  plugins: [preact({ devToolsEnabled: false })],
  build: { outDir: '../../dist/web', emptyOutDir: true, target: 'es2023', cssTarget: 'chrome123' },
  server: { proxy: { '/api': process.env.SEAMWATCH_URL ?? 'http://127.0.0.1:4600' } },
});
