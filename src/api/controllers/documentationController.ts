import type { StaticFile } from '../http/staticFile.js';
import { operationsPolicy, pagePolicy, type Documentation } from '../openapi/documentation.js';
import type { Handlers } from '../openapi/operation.js';

/** Caches must revalidate. The ETag makes that cheap. */
const revalidate = { 'Cache-Control': 'no-cache' };

function file<MediaType extends string>(content: StaticFile<MediaType>) {
  return { status: 200 as const, content, headers: revalidate };
}

function page(content: StaticFile<'text/html'>, policy: string) {
  return { status: 200 as const, content, headers: { ...revalidate, 'Content-Security-Policy': policy } };
}

/** The operations of the tag Documentation. */
export function documentationController(documentation: Documentation) {
  return {
    async getDocsPage() {
      return page(documentation.operations, operationsPolicy);
    },

    async getConventionsPage() {
      return page(documentation.conventions, pagePolicy);
    },

    async getErrorsPage() {
      return page(documentation.errors, pagePolicy);
    },

    async getDocsAsset({ path }) {
      return file(documentation.asset(path.asset));
    },

    async getOpenapiJson() {
      return file(documentation.json);
    },

    async getOpenapiYaml() {
      return file(documentation.yaml);
    },

    async getFavicon() {
      return file(documentation.icon);
    },

    async getRobotsTxt() {
      return file(documentation.robots);
    },
  } satisfies Partial<Handlers>;
}
