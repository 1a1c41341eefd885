import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { NotFoundError } from '../../errors.js';
import { DescriptionError, generatedFolder } from './description.js';
import type { Content } from './operation.js';

type AssetType = 'text/css' | 'text/javascript' | 'image/png';

interface VersionedContent<MediaType extends string> {
  content: Content<MediaType>;
  etag: string;
}

/** Our page. Its paths are relative, so that it works behind a proxy that adds a prefix. */
const docsPage = new URL('./docsPage/', import.meta.url);

const swaggerUi = new URL('./', import.meta.resolve('swagger-ui-dist/package.json'));

/** The files of the documentation page and the description, read at start. */
export class Documentation {
  readonly page: Content<'text/html'> = {
    mediaType: 'text/html',
    bytes: readFileSync(new URL('index.html', docsPage)),
  };
  readonly json: VersionedContent<'application/json'>;
  readonly yaml: VersionedContent<'application/yaml'>;
  private readonly assets: ReadonlyMap<string, VersionedContent<AssetType>> = new Map([
    ['initializer.js', read<AssetType>(docsPage, 'initializer.js', 'text/javascript')],
    ['swagger-ui.css', read<AssetType>(swaggerUi, 'swagger-ui.css', 'text/css')],
    ['swagger-ui-bundle.js', read<AssetType>(swaggerUi, 'swagger-ui-bundle.js', 'text/javascript')],
    ['favicon-32x32.png', read<AssetType>(swaggerUi, 'favicon-32x32.png', 'image/png')],
  ]);

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

  /**
   * @param publicUrl the server in the description; undefined: whichever server the description came from
   * @throws DescriptionError if the description has no place for it
   */
  constructor(publicUrl: string | undefined) {
    const json = readFileSync(new URL('openapi.json', generatedFolder), 'utf8');
    const yaml = readFileSync(new URL('openapi.yaml', generatedFolder), 'utf8');
    this.json = versioned(Buffer.from(withServer(json, '"url": "/"', publicUrl)), 'application/json');
    this.yaml = versioned(Buffer.from(withServer(yaml, '- url: /\n', publicUrl)), 'application/yaml');
  }

  /** @throws NotFoundError */
  asset(name: string): VersionedContent<AssetType> {
    const asset = this.assets.get(name);
    if (!asset) throw new NotFoundError();
    return asset;
  }
}

/** A text of the description with this URL in the place of `/`. Everything else stays as it was generated. */
function withServer(text: string, own: string, publicUrl: string | undefined): string {
  if (text.split(own).length !== 2) throw new DescriptionError('its only server is not /');
  return publicUrl === undefined ? text : text.replace(own, () => own.replace('/', () => publicUrl));
}

function versioned<MediaType extends string>(bytes: Buffer, mediaType: MediaType): VersionedContent<MediaType> {
  const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  return { content: { mediaType, bytes }, etag: `"${digest}"` };
}

function read<MediaType extends string>(folder: URL, name: string, mediaType: MediaType): VersionedContent<MediaType> {
  return versioned(readFileSync(new URL(name, folder)), mediaType);
}
