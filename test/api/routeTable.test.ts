import { expect } from 'chai';
import { MalformedRequestError, MethodNotAllowedError, NotFoundError } from '../../src/errors.js';
import { RouteTable } from '../../src/api/openapi/routeTable.js';

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
}

describe('the table of routes', () => {
  const table = new RouteTable<string>();
  table.add('GET', '/', 'root');
  table.add('POST', '/docs', 'makeDocs');
  table.add('GET', '/docs/{asset}', 'getAsset');
  table.add('GET', '/docs/index', 'getIndex');
  table.add('PUT', '/logs/{log_id}/entries/{entry_id}.json', 'putEntry');
  table.add('GET', '/logs/{log_id}/entries/{entry_id}.json', 'getEntry');

  it('finds a path without parameters', () => {
    expect(table.match('GET', '/')).to.deep.equal({ target: 'root', pathParams: {} });
    expect(table.match('POST', '/docs')).to.deep.equal({ target: 'makeDocs', pathParams: {} });
  });

  it('finds a path with parameters, and decodes them', () => {
    expect(table.match('GET', '/docs/a%20b%2Fc')).to.deep.equal({ target: 'getAsset', pathParams: { asset: 'a b/c' } });
    expect(table.match('PUT', '/logs/7/entries/12.json')).to.deep.equal({
      target: 'putEntry',
      pathParams: { log_id: '7', entry_id: '12' },
    });
  });

  it('prefers a path without parameters to one with them', () => {
    expect(table.match('GET', '/docs/index').target).to.equal('getIndex');
  });

  it('answers HEAD as GET', () => {
    expect(table.match('HEAD', '/').target).to.equal('root');
    expect(table.match('HEAD', '/docs/index').target).to.equal('getIndex');
  });

  it('knows no other spelling of a path', () => {
    const others = [
      '',
      '//',
      '/docs/',
      '/Docs',
      '/docs/a/b',
      '/docs//',
      '/logs/7/entries/12xjson',
      '/logs//entries/12.json',
    ];
    for (const path of others) {
      expect(
        thrownBy(() => table.match('GET', path)),
        path,
      ).to.be.an.instanceOf(NotFoundError);
    }
  });

  it('names the methods that a path has when it lacks the one that is asked for', () => {
    const refused: [method: string, path: string, allowed: string][] = [
      ['GET', '/docs', 'POST'],
      ['HEAD', '/docs', 'POST'],
      ['DELETE', '/', 'GET, HEAD'],
      ['get', '/', 'GET, HEAD'],
      ['OPTIONS', '/logs/7/entries/12.json', 'PUT, GET, HEAD'],
      ['POST', '/docs/index', 'GET, HEAD'],
    ];
    for (const [method, path, allowed] of refused) {
      const error = thrownBy(() => table.match(method, path));
      expect(error).to.be.an.instanceOf(MethodNotAllowedError).with.deep.property('headers', { Allow: allowed });
    }
  });

  it('refuses a parameter that is wrongly percent-encoded', () => {
    for (const path of ['/docs/%', '/docs/%zz', '/docs/%c3%28']) {
      expect(
        thrownBy(() => table.match('GET', path)),
        path,
      ).to.be.an.instanceOf(MalformedRequestError);
    }
  });
});
