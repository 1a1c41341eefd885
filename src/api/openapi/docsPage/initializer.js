/** Swagger UI is dark by a class, which follows the browser's setting. */
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const followColorScheme = () => window.document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', followColorScheme);
followColorScheme();

// Beside Swagger UI, which follows the fragment of the address too, the browser does not move the focus by itself.
window.document.querySelector('.skip').addEventListener('click', () => window.document.querySelector('main').focus());

for (const place of window.document.querySelectorAll('[data-server]')) {
  place.textContent = new URL('.', window.location.href).href.replace(/\/$/, '');
}

/** An answer to a failure shows its description. A button shows the rest, which is alike everywhere. */
function foldFailures(Response, { React }) {
  return function FoldedResponse(props) {
    const [isOpen, setOpen] = React.useState(props.code.startsWith('2'));
    if (isOpen) return React.createElement(Response, props);
    const open = React.createElement(
      'button',
      { type: 'button', className: 'unfold', 'aria-label': `Example of ${props.code}`, onClick: () => setOpen(true) },
      'Example',
    );
    return React.createElement(
      React.Fragment,
      null,
      React.createElement(Response, { ...props, response: props.response.delete('content').delete('headers') }),
      React.createElement('tr', null, React.createElement('td'), React.createElement('td', null, open)),
    );
  };
}

/** The headers of responses are long, and few readers need them. */
function foldHeaders(Headers, { React }) {
  return function FoldedHeaders(props) {
    const summary = React.createElement('summary', null, 'Headers');
    return React.createElement(
      'details',
      { className: 'response-headers' },
      summary,
      React.createElement(Headers, props),
    );
  };
}

/** Our page has name, version and conventions, and there is one server. */
const shortPage = {
  wrapComponents: {
    InfoContainer: () => () => null,
    ServersContainer: () => () => null,
    headers: foldHeaders,
    response: foldFailures,
  },
};

window.ui = SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  plugins: [shortPage],
  validatorUrl: null,
  // Authorise Swagger UI with the token just issued.
  responseInterceptor: (response) => {
    const token = response.obj?.access_token;
    if (response.ok && token) window.ui.preauthorizeApiKey('bearerAuth', token);
    return response;
  },
});
