import type { IncomingMessage, ServerResponse } from 'node:http';

/** How much of a body may still arrive after the response: bytes and milliseconds. */
const bytesMax = 256 * 1024;
const timeMaxMs = 5000;

/** How often that is checked, in milliseconds. */
const checkMs = 25;

/** Time in which the client can still read the response before the connection is destroyed, in milliseconds. */
const lingerMs = 1000;

/**
 * Call this with each request. After an early response, Node reads and discards the rest of the body, however large. This
 * closes the connection instead if much is left (RFC 9112, section 9.6; RFC 9110, section 15.5.14).
 */
export function endUnreadBody(req: IncomingMessage, res: ServerResponse): void {
  const { 'content-length': length, 'transfer-encoding': coding } = req.headers;
  if (length === undefined && coding === undefined) return;
  res.once('finish', () => {
    if (!req.complete) watch(req);
  });
}

function watch(req: IncomingMessage): void {
  const { socket } = req;
  const start = { bytes: socket.bytesRead, at: performance.now() };
  const check = setInterval(() => {
    if (req.complete || socket.destroyed) return clearInterval(check);
    if (socket.bytesRead - start.bytes < bytesMax && performance.now() - start.at < timeMaxMs) return;
    clearInterval(check);
    // Destroying it at once would reset the connection and lose the response.
    socket.pause();
    setTimeout(() => socket.destroy(), lingerMs).unref();
  }, checkMs).unref();
}
