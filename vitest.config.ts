import { defineConfig } from 'vitest/config';

// Lanes that need the network, a guest kernel, a terminal, a browser or OpenOCD live in test/suites and have runners of their own.
export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/suites/**', 'node_modules/**'],
    reporters: [['default', { summary: false }], './test/plain-reporter.ts'],
    isolate: false,
    pool: 'threads',
    maxWorkers: '100%',
    testTimeout: 20_000,
    // What a file prepares once may be a whole batch at the bench.
    hookTimeout: 60_000,
  },
});
