import { defineConfig } from 'vitest/config';

// Lanes that need the network, a guest kernel, a terminal or OpenOCD have configs of their own: vitest.<lane>.config.ts.
export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/lanes/**', 'node_modules/**'],
    isolate: false,
    pool: 'threads',
    testTimeout: 20_000,
  },
});
