/**
 * Node 20 has no `navigator`, which all later versions have. Where there is none, pg finds out by a `Response` whether it runs
 * at Cloudflare: with it Node loads all that belongs to `fetch`, a twelfth of a start and 2.6 MB (docs/performance.md).
 */
if (!('navigator' in globalThis)) {
  Object.assign(globalThis, { navigator: { userAgent: `Node.js/${process.versions.node.split('.', 1)[0]}` } });
}
