const input = { target: '../openapi.yaml' };

export default {
  client: {
    input,
    output: {
      target: './generated/api.ts',
      schemas: './generated/model',
      client: 'fetch',
      override: {
        mutator: { path: './request.ts', name: 'request' },
      },
    },
  },
  zod: {
    input,
    output: {
      target: './generated/zod.ts',
      client: 'zod',
      override: { zod: { generateEachHttpStatus: true } },
    },
  },
};
