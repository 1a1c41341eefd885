import type { IncomingMessage, ServerResponse } from 'node:http';

/** How many bytes of a body may come after the answer, and for how long, in milliseconds. */
const bytesMax = 256 * 1024;
const timeMaxMs = 5000;

/** How often that is looked at, in milliseconds. */
const lookMs = 25;

/** For how long whoever goes on then may still take the answer, before the connection ends; in milliseconds. */
const lingerMs = 1000;

/**
 * To be called with each request. Some are answered before their body has come: one that is too large, or that goes where
 * there is nothing. Node reads the rest for nothing, so that the next request on the connection can follow: gigabytes, as
 * fast as they come. This ends the connection where there is much of it (RFC 9112, section 9.6; RFC 9110, section 15.5.14).
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
  const begin = { bytes: socket.bytesRead, at: performance.now() };
  const looking = setInterval(() => {
    if (req.complete || socket.destroyed) return clearInterval(looking);
    if (socket.bytesRead - begin.bytes < bytesMax && performance.now() - begin.at < timeMaxMs) return;
    clearInterval(looking);
    // Closed at once, the connection would be reset, and the answer lost to a client that has not read it yet.
    socket.pause();
    setTimeout(() => socket.destroy(), lingerMs).unref();
  }, lookMs).unref();
}
