import { setFlagsFromString } from 'node:v8';

/*
 * Two things that later versions of Node have otherwise, and that a start and the memory gain by (docs/performance.md).
 * Loaded before everything else.
 */
const [version = ''] = process.versions.node.split('.');

if (Number(version) < 22) {
  // There is no `navigator`. pg then finds out by a `Response` whether it runs at Cloudflare, for which Node loads all that
  // belongs to `fetch`.
  if (!('navigator' in globalThis)) Object.assign(globalThis, { navigator: { userAgent: `Node.js/${version}` } });
  // The compiler optimises what has run for a third of this, much of it never again after the start. Later versions count
  // calls, three thousand of them.
  setFlagsFromString('--interrupt-budget=200000');
}
