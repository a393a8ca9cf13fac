import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: '.',
    include: ['test/suites/line/*.test.ts'],
    reporters: [['default', { summary: false }], './test/plain-reporter.ts'],
    testTimeout: 150_000,
    hookTimeout: 60_000,
  },
});
