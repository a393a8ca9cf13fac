#!/usr/bin/env node
// Starts Flashline; under an older Node it hands over to the Node 24 that npm installed beside it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);

if (!existsSync(entry)) {
  process.stderr.write('flashline: not built yet\n  hint: run "npm run build" in the project folder\n');
  process.exitCode = 70;
} else if (major > 22 || (major === 22 && minor >= 18)) {
  await import(entry);
} else {
  handOver();
}

function handOver() {
  const node = packagedNode();
  if (!node) {
    process.stderr.write(
      `flashline: needs Node 22.18 or newer, this is ${process.versions.node}\n` +
        '  hint: run "npm ci" without --omit=optional, which brings its own Node 24\n',
    );
    process.exitCode = 70;
    return;
  }
  const child = spawn(node, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else {
      process.exitCode = code ?? 1;
    }
  });
}

function packagedNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const file = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
  try {
    return createRequire(import.meta.url).resolve(`node-${platform}-${process.arch}/${file}`);
  } catch {
    return undefined;
  }
}
