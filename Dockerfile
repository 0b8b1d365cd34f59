# Two stages: build with everything, run with Node and the bundled program only, as nobody in particular.
FROM node:24-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM gcr.io/distroless/nodejs24-debian12:nonroot
LABEL org.opencontainers.image.title="portcullis" org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY --from=build /src/dist/bin ./bin
COPY --from=build /src/dist/package.json ./
USER 1000:999
ENV NODE_ENV=production
ENTRYPOINT ["/nodejs/bin/node", "/app/bin/portcullis.js"]
CMD ["serve"]
