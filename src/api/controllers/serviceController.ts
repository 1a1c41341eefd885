import type { Config } from '../../config/config.js';
import type { StatusService } from '../../services/statusService.js';
import { publicPath } from '../http/publicPath.js';
import { indexPage, pagePolicy } from '../openapi/documentation.js';
import type { Handlers } from '../openapi/operation.js';

/** @param prefix that a proxy removes */
function linksUnder(prefix: string) {
  return {
    docs: `${prefix}/docs`,
    openapi_json: `${prefix}/openapi.json`,
    openapi_yaml: `${prefix}/openapi.yaml`,
    health_live: `${prefix}/health/live`,
    health_ready: `${prefix}/health/ready`,
  };
}

/** The operations of the tag Service. */
export function serviceController(
  config: Pick<Config, 'appName' | 'env' | 'version' | 'logLevel' | 'publicUrl'>,
  status: StatusService,
) {
  const links = linksUnder(publicPath(config.publicUrl));
  const page = indexPage(config.appName, config.version);
  return {
    async getServiceIndex({ mediaType }) {
      if (mediaType === 'text/html') {
        return { status: 200, content: page, headers: { 'Content-Security-Policy': pagePolicy } };
      }
      return { status: 200, body: { name: config.appName, version: config.version, links } };
    },

    async getPublicConfig() {
      const { appName, env, version, logLevel } = config;
      return { status: 200, body: { app_name: appName, env, version, log_level: logLevel } };
    },

    async getLiveness() {
      return { status: 200, body: { status: 'ok' } };
    },

    async getReadiness() {
      return { status: 200, body: { status: await status.readiness() } };
    },
  } satisfies Partial<Handlers>;
}
