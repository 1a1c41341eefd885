import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { query } from './connectToDatabase.js';
import { freePort } from './freePort.js';
import { killPart, ownFolder, password, PatroniNode, startPart } from './patroniNode.js';
import { neededSetting, startBouncer } from './pgBouncer.js';
import { versionOf } from './realPart.js';
import { temporaryFolder } from './temporaryFolder.js';
import { until } from './until.js';

const proxyConfiguration = fileURLToPath(new URL('../../deploy/high-availability/haproxy.cfg', import.meta.url));

/** The programs, and the option with which each prints its version. */
const programs = {
  patroni: '--version',
  etcd: '--version',
  haproxy: '-v',
  pgbouncer: '--version',
  pg_rewind: '--version',
};

/** The role of the API, and its database. */
const role = 'smart_audit';

/** How long the servers may take to agree on a leader, on a busy machine, in milliseconds. */
const patienceMs = 150_000;

/** How long the standbys receive nothing before their leader is killed, in milliseconds. */
const lagMs = 1000;

/** Polls ten times a second until the answer is neither false nor undefined. */
function untilAgreed<T>(ask: () => Promise<T | false | undefined>): Promise<T> {
  return until(() => delay(100).then(ask), patienceMs);
}

/** Three PostgreSQL servers that are run by Patroni and etcd, with HAProxy in front. */
export class PatroniCluster {
  private readonly parts: ChildProcess[] = [];

  private constructor(
    private readonly nodes: readonly PatroniNode[],
    private readonly etcd: string,
    private readonly proxy: string,
  ) {}

  /**
   * Resolves when there is a leader with a synchronous standby, and an empty database. Undefined if a program is missing, which is
   * reported.
   * @throws Error if one is missing and CI is set
   */
  static async start(): Promise<PatroniCluster | undefined> {
    const isMissing = ([name, option]: [string, string]): boolean => versionOf(name, option) === undefined;
    if (Object.entries(programs).some(isMissing)) return undefined;
    const folder = await temporaryFolder();
    const etcd = `127.0.0.1:${await freePort()}`;
    const names = ['node-1', 'node-2', 'node-3'];
    const nodes = await Promise.all(names.map((name) => PatroniNode.prepare(name, folder, etcd)));
    const cluster = new PatroniCluster(nodes, etcd, `127.0.0.1:${await freePort()}`);
    try {
      await cluster.begin(folder);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  private async begin(folder: string): Promise<void> {
    await this.startEtcd(await ownFolder(join(folder, 'etcd')));
    await this.startProxy();
    await this.mend();
    const superuserUrl = this.urlOf(this.proxy, 'postgres');
    // HAProxy may not know the leader yet.
    await untilAgreed(() => query(superuserUrl, 'SELECT').catch(() => undefined));
    await query(superuserUrl, `CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
    await query(superuserUrl, `CREATE DATABASE ${role} OWNER ${role}`);
  }

  private async startEtcd(folder: string): Promise<void> {
    const client = `http://${this.etcd}`;
    const peer = `http://127.0.0.1:${await freePort()}`;
    const options = {
      'data-dir': folder,
      'listen-client-urls': client,
      'advertise-client-urls': client,
      'listen-peer-urls': peer,
      'initial-advertise-peer-urls': peer,
      'initial-cluster': `default=${peer}`,
    };
    const words = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
    this.parts.push(await startPart('etcd', words));
  }

  private async startProxy(): Promise<void> {
    const [BIND = '', PORT = ''] = this.proxy.split(':');
    const env: Record<string, string> = { BIND, PORT };
    this.nodes.forEach(({ address, patroniPort }, index) => {
      env[`NODE_${index + 1}`] = address;
      env[`NODE_${index + 1}_PATRONI`] = String(patroniPort);
    });
    this.parts.push(await startPart('haproxy', ['-db', '-f', proxyConfiguration], env));
  }

  private urlOf(address: string, user = role): string {
    return `postgresql://${user}:${password}@${address}/${user}`;
  }

  /** The database at the address of HAProxy. */
  get proxyUrl(): string {
    return this.urlOf(this.proxy);
  }

  /** The database at the addresses of all servers. */
  get hostsUrl(): string {
    const addresses = this.nodes.map(({ address }) => address).join();
    return `${this.urlOf(addresses)}?target_session_attrs=read-write`;
  }

  /** Starts a PgBouncer in front of HAProxy, and returns the database's URL there. */
  async startBouncer(): Promise<string> {
    // PgBouncer would not try again for 15 seconds after a failed connection.
    const settings = `${neededSetting}\nserver_login_retry = 1`;
    const { url, child } = (await startBouncer(this.proxyUrl, settings))!;
    this.parts.push(child);
    return url;
  }

  /**
   * Kills Patroni and PostgreSQL of the leader, and resolves when another server takes writes. Until then its standbys receive
   * nothing for a second: what does not wait for them is lost.
   */
  async killLeader(): Promise<void> {
    const leader = await this.leader();
    await leader.freezeReplication();
    await delay(lagMs);
    await leader.kill();
    await this.leader(leader);
  }

  /** Freezes Patroni and PostgreSQL of the leader, and resolves when another server takes writes. */
  async freezeLeader(): Promise<void> {
    const leader = await this.leader();
    await leader.freeze();
    await this.leader(leader);
  }

  /** Has Patroni switch over, and resolves when another server takes writes. */
  async switchOver(): Promise<void> {
    const leader = await this.leader();
    const [{ status, text }] = await Promise.all([
      leader.ask('/switchover', { leader: leader.name }),
      this.leader(leader),
    ]);
    if (status !== 200) throw new Error(`Patroni did not switch over: ${text}`);
  }

  /** Freezes Patroni and PostgreSQL of the synchronous standby, and resolves when there is another. */
  async freezeStandby(): Promise<void> {
    const standby = await this.synchronousStandby();
    await this.nodes.find(({ name }) => name === standby)?.freeze();
    await untilAgreed(async () => ![undefined, standby].includes(await this.synchronousStandby()));
  }

  /** Resolves with the server that takes writes, when there is one other than the former. */
  private leader(former?: PatroniNode): Promise<PatroniNode> {
    const candidates = this.nodes.filter((node) => node !== former);
    return untilAgreed(async () => {
      const answers = await Promise.all(candidates.map((node) => node.isPrimary()));
      return candidates.find((_, index) => answers[index]);
    });
  }

  /** Starts the servers that were killed or frozen, and resolves when all follow one leader and one is its synchronous standby. */
  async mend(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.run()));
    await untilAgreed(async () => {
      const running = (await this.members()).filter(({ state }) => /^(running|streaming)$/.test(state));
      const roles = running.map((member) => member.role).sort();
      return roles.join() === 'leader,replica,sync_standby';
    });
  }

  private async synchronousStandby(): Promise<string | undefined> {
    return (await this.members()).find((member) => member.role === 'sync_standby')?.name;
  }

  /** What Patroni says of all servers; empty if it says nothing. */
  private async members(): Promise<{ name: string; role: string; state: string }[]> {
    const { status, text } = await (await this.leader()).ask('/cluster');
    return status === 200 ? (JSON.parse(text) as { members: [] }).members : [];
  }

  /** Kills everything. */
  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
    await Promise.all(this.parts.map(killPart));
  }
}
