import { defineConfig } from 'vitest/config';

// Two files at a time: most of the time OpenOCD waits for an erase that never ends. It counts in polls, so a busy machine only
// makes it slower.
export default defineConfig({
  test: {
    root: '.',
    include: ['test/suites/openocd/*.test.ts'],
    maxWorkers: 2,
    reporters: [['default', { summary: false }], './test/plain-reporter.ts'],
    testTimeout: 120_000,
  },
});
