import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { NotFoundError } from '../../errors.js';
import { readBundle } from './description.js';
import type { Content } from './operation.js';

type AssetType = 'text/css' | 'text/javascript' | 'image/png';

/** A file to serve, with its ETag. */
export interface VersionedContent<MediaType extends string> {
  content: Content<MediaType>;
  etag: string;
}

const swaggerUi = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

/** The files of Swagger UI that the page needs. */
const swaggerUiFiles: ReadonlyMap<string, AssetType> = new Map([
  ['swagger-ui.css', 'text/css'],
  ['swagger-ui-bundle.js', 'text/javascript'],
  ['favicon-32x32.png', 'image/png'],
]);

const initializer = 'initializer.js';

// Paths are relative, so that the page works behind a proxy that adds a prefix.
const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Smart Audit API</title>
    <link rel="stylesheet" href="docs/swagger-ui.css">
    <link rel="icon" type="image/png" href="docs/favicon-32x32.png" sizes="32x32">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/${initializer}"></script>
  </body>
</html>
`;

const script = `window.ui = SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  displayRequestDuration: true,
  validatorUrl: null,
  // Authorise Swagger UI with the token just issued.
  responseInterceptor: (response) => {
    const token = response.obj?.access_token;
    if (response.ok && token) window.ui.preauthorizeApiKey('bearerAuth', token);
    return response;
  },
});
`;

/** The files of the documentation page. Large ones are read on first use and then kept in memory. */
export class Documentation {
  readonly page: Content<'text/html'> = { mediaType: 'text/html', bytes: Buffer.from(page) };

  /** Same origin only, no inline scripts, no framing. Swagger UI's icons are data URLs. */
  readonly contentSecurityPolicy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

  private constructor(
    readonly json: VersionedContent<'application/json'>,
    readonly yaml: VersionedContent<'application/yaml'>,
    private readonly assets: Map<string, VersionedContent<AssetType>>,
  ) {}

  static async read(): Promise<Documentation> {
    const assets = new Map([[initializer, versioned<AssetType>('text/javascript', Buffer.from(script))]]);
    return new Documentation(
      versioned('application/json', await readBundle('openapi.json')),
      versioned('application/yaml', await readBundle('openapi.yaml')),
      assets,
    );
  }

  /** @throws NotFoundError */
  async asset(name: string): Promise<VersionedContent<AssetType>> {
    const known = this.assets.get(name);
    if (known) return known;
    const mediaType = swaggerUiFiles.get(name);
    if (!mediaType) throw new NotFoundError();
    const asset = versioned(mediaType, await readFile(join(swaggerUi, name)));
    this.assets.set(name, asset);
    return asset;
  }
}

function versioned<MediaType extends string>(mediaType: MediaType, bytes: Buffer): VersionedContent<MediaType> {
  const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  return { content: { mediaType, bytes }, etag: `"${digest}"` };
}
