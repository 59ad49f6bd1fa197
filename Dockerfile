# The webhook's image, and the command line's: one static program in an empty image, as a user without rights.
#
#   docker build --platform linux/amd64 -t batchlint .
FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /src
COPY . .
RUN cargo build --release --locked && cp target/release/batchlint /batchlint

FROM scratch
COPY --from=build /batchlint /batchlint
USER 65532:65532
EXPOSE 10250 8081
ENTRYPOINT ["/batchlint"]
CMD ["serve"]
