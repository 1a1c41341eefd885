/** Renders the pages of the documentation from the description: plain HTML with relative links, without scripts of its own. */
import { STATUS_CODES } from 'node:http';
import { marked } from 'marked';

const escape = (text) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
const slug = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, '-');

/** The pages that every page links to, by their paths below the server's root. */
const navigation = {
  docs: 'Operations',
  'docs/conventions': 'Conventions',
  'docs/errors': 'Error codes',
  'openapi.yaml': 'OpenAPI file',
};

/**
 * @param path of the page, below the server's root: all links are relative, so that they work under any prefix
 * @param main the HTML of its main part
 */
function page({ info }, { path, title, main, head = '', scripts = '' }) {
  const root = path.includes('/') ? '../' : './';
  const links = Object.entries(navigation).map(([target, name]) => {
    const current = target === path ? ' aria-current="page"' : '';
    return `<a href="${root}${target}"${current}>${name}</a>`;
  });
  return `<!doctype html>
<!-- Generated from openapi/ by \`npm run generate\`. Do not edit. -->
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="${escape(info.summary)}">
<meta name="color-scheme" content="light dark">
<title>${escape(title)}</title>
<link rel="icon" href="${root}favicon.ico">
${head}<link rel="stylesheet" href="${root}docs/page.css">
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="bar">
<a class="name" href="${root}">${escape(info.title)}</a>
<nav aria-label="Documentation">
${links.join('\n')}
</nav>
</header>
<main id="main" tabindex="-1">
${main}
</main>
<footer class="foot">
${escape(info.title)} ${escape(info.version)} · <a href="${escape(info.contact.url)}">${escape(info.contact.name)}</a> · ${escape(info.license.name)} license
</footer>
${scripts}</body>
</html>
`;
}

/** The name and the version are the running server's, which fills them in. */
function indexPage(description) {
  return page(description, {
    path: '',
    title: '{{name}}',
    main: `<h1>{{name}}</h1>
<p>Version {{version}}. ${escape(description.info.summary)}</p>
<ul class="links">
<li><a href="./docs">Documentation</a> of every operation, to read and to try</li>
<li><a href="./docs/conventions">Conventions</a> that all operations share</li>
<li><a href="./docs/errors">Error codes</a> with their causes, and what to do</li>
<li>The OpenAPI description as <a href="./openapi.json">JSON</a> and <a href="./openapi.yaml">YAML</a></li>
<li>Health: <a href="./health/live">live</a>, <a href="./health/ready">ready</a></li>
</ul>`,
  });
}

function placeOf(description, operationId) {
  for (const [path, item] of Object.entries(description.paths)) {
    const operation = Object.values(item).find((each) => each.operationId === operationId);
    if (operation) return { path, operation };
  }
  throw new Error(`The quick start needs the operation ${operationId}.`);
}

/** A command of the quick start. The page's script writes its own server there. */
function curl(description, operationId, words) {
  const { path } = placeOf(description, operationId);
  return `curl <span data-server>http://localhost:8000</span>${path}${['', ...words.map(escape)].join(' \\\n  ')}`;
}

const json = (body) => ["-H 'Content-Type: application/json'", `-d '${JSON.stringify(body, null, 2)}'`];

/** Three calls, with the example of the first one. */
function quickStart(description) {
  const { operation } = placeOf(description, 'signUp');
  const [{ value: account }] = Object.values(operation.requestBody.content['application/json'].examples);
  const { email, password } = account;
  return `<section class="quick-start" aria-labelledby="quick-start">
<h2 id="quick-start">Quick start</h2>
<ol>
<li><h3>Sign up</h3>
<pre><code>${curl(description, 'signUp', json(account))}</code></pre></li>
<li><h3>Log in</h3>
<pre><code>${curl(description, 'logIn', json({ email, password }))}</code></pre></li>
<li><h3>Call an operation</h3>
<pre><code>TOKEN='the access_token of that answer'
${curl(description, 'getCurrentUser', ['-H "Authorization: Bearer $TOKEN"'])}</code></pre></li>
</ol>
</section>`;
}

/** Swagger UI. */
function operationsPage(description) {
  const { title } = description.info;
  return page(description, {
    path: 'docs',
    title,
    head: '<link rel="stylesheet" href="./docs/swagger-ui.css">\n',
    main: `<h1>${escape(title)}</h1>
${quickStart(description)}
<h2 id="operations">Operations</h2>
<p>Open one and choose “Try it out”. When you log in here, the calls that you try are sent with your token. What all
operations have in common is under <a href="./docs/conventions">Conventions</a>.</p>
<noscript><p>This list needs JavaScript. It is made from <a href="./openapi.yaml">openapi.yaml</a>.</p></noscript>
<div id="swagger-ui"></div>`,
    scripts: `<script src="./docs/swagger-ui-bundle.js"></script>
<script src="./docs/initializer.js"></script>
`,
  });
}

/** The text of the description, with an anchor for each of its headings. */
function conventionsPage(description) {
  const { info } = description;
  const headings = marked.lexer(info.description).filter(({ type }) => type === 'heading');
  const html = marked.parse(info.description).replace(/<h(\d)>(.*?)<\/h\d>/g, (_tag, level, text) => {
    return `<h${level} id="${slug(text)}">${text}</h${level}>`;
  });
  const contents = headings.map(({ text }) => `<li><a href="#${slug(text)}">${escape(text)}</a></li>`);
  return page(description, {
    path: 'docs/conventions',
    title: `Conventions - ${info.title}`,
    main: `<h1>Conventions</h1>
<nav aria-label="On this page"><ul class="contents">
${contents.join('\n')}
</ul></nav>
${html}`,
  });
}

const errorColumns = ['code', 'status', 'meaning', 'what to do'];

/** The table of ErrorCode as sections, which phones can show: a status each, with an anchor for every code. */
function errorsPage(description) {
  const tokens = marked.lexer(description.components.schemas.ErrorCode.description);
  const table = tokens.find(({ type }) => type === 'table');
  const columns = table?.header.map(({ text }) => text);
  if (columns?.join() !== errorColumns.join()) throw new Error(`ErrorCode has no table of ${errorColumns.join(', ')}.`);
  const sections = new Map();
  for (const [code, { text: status }, meaning, remedy] of table.rows) {
    const name = code.tokens[0].text;
    const inline = ({ tokens: parts }) => marked.Parser.parseInline(parts);
    const entry = `<dt id="${name}"><a href="#${name}"><code>${name}</code></a></dt>
<dd>${inline(meaning)}</dd>
<dd class="remedy"><strong>What to do:</strong> ${inline(remedy)}</dd>`;
    sections.set(status, [...(sections.get(status) ?? []), entry]);
  }
  const parts = Array.from(sections, ([status, entries]) => {
    return `<h2 id="status-${status}">${status} ${escape(STATUS_CODES[status] ?? '')}</h2>\n<dl class="codes">\n${entries.join('\n')}\n</dl>`;
  });
  return page(description, {
    path: 'docs/errors',
    title: `Error codes - ${description.info.title}`,
    main: `<h1>Error codes</h1>
${tokens
  .filter((token) => token !== table)
  .map((token) => marked.parser([token]))
  .join('')}
<p>Find the <code>code</code> of an error here. Its <code>detail</code> is for people, and its <code>request_id</code> finds
the request in our logs.</p>
${parts.join('\n')}`,
  });
}

/** The pages, by their names in `generated/pages/`. */
export function documentationPages(description) {
  return {
    'index.html': indexPage(description),
    'docs.html': operationsPage(description),
    'conventions.html': conventionsPage(description),
    'errors.html': errorsPage(description),
  };
}
