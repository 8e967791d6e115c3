# A static program in an image that holds nothing else: no shell, no package manager, no root.
#
#     docker build --tag policylint .
#     docker run --rm --volume "$PWD:/repository:ro" policylint

FROM rust:1.95-alpine3.22 AS build
# The C compiler's runtime, which the standard library is linked with.
# hadolint ignore=DL3018
RUN apk add --no-cache musl-dev
WORKDIR /build
COPY Cargo.toml Cargo.lock build.rs ./
COPY src src
COPY policies policies
COPY README.md LICENSE-APACHE LICENSE-MIT ./
RUN mkdir benches && echo 'fn main() {}' > benches/shell.rs \
    && cargo build --locked --release --bin policylint \
    && ./target/release/policylint --version

FROM gcr.io/distroless/static-debian12:nonroot
LABEL org.opencontainers.image.title="policylint" \
      org.opencontainers.image.description="House rules for people and coding agents, checked over the facts of a repository" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY --from=build /build/target/release/policylint /usr/local/bin/policylint
WORKDIR /repository
ENTRYPOINT ["/usr/local/bin/policylint"]
CMD ["."]
