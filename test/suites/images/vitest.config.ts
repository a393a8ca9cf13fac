import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: '.',
    include: ['test/suites/images/*.test.ts'],
    reporters: [['default', { summary: false }], './test/plain-reporter.ts'],
    testTimeout: 280_000,
  },
});
