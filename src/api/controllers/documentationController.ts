import type { Documentation } from '../openapi/documentation.js';
import type { Handlers } from '../openapi/operation.js';

/** Caches must revalidate. The ETag makes that cheap. */
const revalidate = { 'Cache-Control': 'no-cache' };

/** The operations of the tag Documentation. */
export function documentationController(documentation: Documentation) {
  return {
    async getDocsPage() {
      const headers = { ...revalidate, 'Content-Security-Policy': documentation.contentSecurityPolicy };
      return { status: 200, content: documentation.page, headers };
    },

    async getDocsAsset({ path }) {
      const { content, etag } = documentation.asset(path.asset);
      return { status: 200, content, headers: { ...revalidate, ETag: etag } };
    },

    async getOpenapiJson() {
      const { content, etag } = documentation.json;
      return { status: 200, content, headers: { ...revalidate, ETag: etag } };
    },

    async getOpenapiYaml() {
      const { content, etag } = documentation.yaml;
      return { status: 200, content, headers: { ...revalidate, ETag: etag } };
    },
  } satisfies Partial<Handlers>;
}
