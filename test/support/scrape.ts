import { expect } from 'chai';
import supertest from 'supertest';
import type { ServerProcess } from './serverProcess.js';

/** One value of a metric. */
interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** The metrics of a server. */
export interface Scrape {
  samples: Sample[];
  /** The names of all metrics, also of those without samples. */
  families: string[];
  /** The sum of all samples with this name and these labels; undefined if there are none. */
  value(name: string, labels?: Record<string, string>): number | undefined;
}

/** Reads the metrics of a server with METRICS_PORT, as Prometheus does. */
export async function scrape(server: ServerProcess): Promise<Scrape> {
  const [, url] = await server.wrote(/Metrics (http:[^\s"]+)\/metrics/);
  const { status, text } = await supertest(url!).get('/metrics');
  expect(status, text).to.equal(200);
  const samples = Array.from(text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm), ([, name, labels = '', value]) => ({
    name: name!,
    labels: Object.fromEntries(Array.from(labels.matchAll(/(\w+)="([^"]*)"/g), ([, label, is]) => [label!, is!])),
    value: Number(value),
  }));
  const value: Scrape['value'] = (name, labels = {}) => {
    const wanted = Object.entries(labels);
    const found = samples.filter((each) => each.name === name && wanted.every(([key, is]) => each.labels[key] === is));
    return found.length === 0 ? undefined : found.reduce((sum, each) => sum + each.value, 0);
  };
  const families = Array.from(text.matchAll(/^# TYPE (\S+) /gm), ([, name]) => name!);
  return { samples, families, value };
}
