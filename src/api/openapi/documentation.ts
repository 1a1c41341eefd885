import { readFileSync } from 'node:fs';
import { UnknownPathError } from '../../errors.js';
import { publicPath } from '../http/publicPath.js';
import { StaticFile } from '../http/staticFile.js';
import { DescriptionError, generatedFolder } from './description.js';
import type { Content } from './operation.js';

type AssetType = 'text/css' | 'text/javascript';

/** Rendered from the description. Their links are relative, so that they work behind a proxy that adds a prefix. */
const pages = new URL('pages/', generatedFolder);

/** The other files of the pages. */
const docsPage = new URL('./docsPage/', import.meta.url);

const swaggerUi = new URL('./', import.meta.resolve('swagger-ui-dist/package.json'));

/** The policy of all pages but that of the operations: same origin only, no scripts, no inline styles, no framing. */
export const pagePolicy = policyOf("style-src 'self'", "img-src 'self'");

/** Swagger UI has scripts, makes requests, and its icons are data URLs. */
export const operationsPolicy = policyOf(
  "style-src 'self'",
  "img-src 'self' data:",
  "script-src 'self'",
  "connect-src 'self'",
);

function policyOf(...allowed: string[]): string {
  return ["default-src 'none'", ...allowed, "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"].join(
    '; ',
  );
}

/** The pages of the documentation with their files, and the description, read at start. */
export class Documentation {
  readonly operations = read(pages, 'docs.html', 'text/html');
  readonly conventions = read(pages, 'conventions.html', 'text/html');
  readonly errors = read(pages, 'errors.html', 'text/html');
  readonly icon = read(docsPage, 'favicon.ico', 'image/vnd.microsoft.icon');
  readonly robots = read(docsPage, 'robots.txt', 'text/plain');
  readonly json: StaticFile<'application/json'>;
  readonly yaml: StaticFile<'application/yaml'>;
  private readonly assets: ReadonlyMap<string, StaticFile<AssetType>> = new Map([
    ['page.css', read<AssetType>(docsPage, 'page.css', 'text/css')],
    ['initializer.js', read<AssetType>(docsPage, 'initializer.js', 'text/javascript')],
    ['swagger-ui.css', read<AssetType>(swaggerUi, 'swagger-ui.css', 'text/css')],
    ['swagger-ui-bundle.js', read<AssetType>(swaggerUi, 'swagger-ui-bundle.js', 'text/javascript')],
  ]);

  /**
   * @param publicUrl the server in the description; undefined: whichever server the description came from
   * @throws DescriptionError if the description has no place for it
   */
  constructor(private readonly publicUrl: string | undefined) {
    const json = readFileSync(new URL('openapi.json', generatedFolder), 'utf8');
    const yaml = readFileSync(new URL('openapi.yaml', generatedFolder), 'utf8');
    this.json = new StaticFile('application/json', Buffer.from(withServer(json, '"url": "/"', publicUrl)));
    this.yaml = new StaticFile('application/yaml', Buffer.from(withServer(yaml, '- url: /\n', publicUrl)));
  }

  /** @throws UnknownPathError */
  asset(name: string): StaticFile<AssetType> {
    const asset = this.assets.get(name);
    if (!asset) throw new UnknownPathError(`${publicPath(this.publicUrl)}/docs`);
    return asset;
  }
}

/** The page at the server's root. */
export function indexPage(name: string, version: string): Content<'text/html'> {
  const html = readFileSync(new URL('index.html', pages), 'utf8');
  const filled = html
    .replaceAll('{{name}}', () => escapeHtml(name))
    .replaceAll('{{version}}', () => escapeHtml(version));
  return { mediaType: 'text/html', bytes: Buffer.from(filled) };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A text of the description with this URL in the place of `/`. Everything else stays as it was generated. */
function withServer(text: string, own: string, publicUrl: string | undefined): string {
  if (text.split(own).length !== 2) throw new DescriptionError('its only server is not /');
  return publicUrl === undefined ? text : text.replace(own, () => own.replace('/', () => publicUrl));
}

function read<MediaType extends string>(folder: URL, name: string, mediaType: MediaType): StaticFile<MediaType> {
  return new StaticFile(mediaType, readFileSync(new URL(name, folder)));
}
