import type { Config } from '../../config/config.js';
import type { StatusService } from '../../services/statusService.js';
import type { Handlers } from '../openapi/operation.js';

const links = {
  docs: '/docs',
  openapi_json: '/openapi.json',
  openapi_yaml: '/openapi.yaml',
  health_live: '/health/live',
  health_ready: '/health/ready',
};

/** The operations of the tag Service. */
export function serviceController(
  config: Pick<Config, 'appName' | 'env' | 'version' | 'logLevel'>,
  status: StatusService,
) {
  return {
    async getServiceIndex() {
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
