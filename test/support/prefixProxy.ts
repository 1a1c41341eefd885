import { createServer, request as send, type Server } from 'node:http';
import { listen } from './listen.js';

/** A reverse proxy that serves an API under a prefix, which it removes from the paths of requests. */
export class PrefixProxy {
  private constructor(
    /** Of the API behind it, such as `http://localhost:1234/accounts`. */
    readonly url: string,
    private readonly server: Server,
    /** The URL of the API itself. It is read at each request. */
    private readonly target: { url: string },
  ) {}

  /** @param prefix such as `/accounts`; any other path gets a 404 from the proxy */
  static async start(prefix: string): Promise<PrefixProxy> {
    const target = { url: '' };
    const server = createServer((req, res) => {
      if (!req.url!.startsWith(`${prefix}/`)) return void res.writeHead(404).end('Nothing here');
      const { method = 'GET', headers } = req;
      const answer = send(`${target.url}${req.url!.slice(prefix.length)}`, { method, headers }, (response) => {
        res.writeHead(response.statusCode!, response.rawHeaders);
        response.pipe(res);
      });
      req.pipe(answer.on('error', () => res.destroy()));
    });
    return new PrefixProxy(`http://localhost:${await listen(server)}${prefix}`, server, target);
  }

  /** Sends requests to this API. */
  forwardTo(url: string): void {
    this.target.url = url;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
