window.ui = SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  displayRequestDuration: true,
  validatorUrl: null,
  // Authorise Swagger UI with the token just issued.
  responseInterceptor: (response) => {
    const token = response.obj?.access_token;
    if (response.ok && token) window.ui.preauthorizeApiKey('bearerAuth', token);
    return response;
  },
});
