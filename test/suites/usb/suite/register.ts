// Lets suites written for vitest run in the guest, where vitest itself takes half a minute to start.
import { registerHooks } from 'node:module';

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vitest'
      ? { url: new URL('./plain-runner.js', import.meta.url).href, shortCircuit: true }
      : next(specifier, context),
});
