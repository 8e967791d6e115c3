#!/usr/bin/env bash
# What scripts of projects look like.
set -o errexit -o nounset
readonly ROOT="$(git rev-parse --show-toplevel)"
log() { printf '[%s] %s\n' "$(date +%T)" "$*" >&2; }
die() { log "error: $*"; exit 1; }
need() { command -v "$1" >/dev/null || die "missing $1"; }
need git; need uv
uv sync --frozen --all-extras
uv run pytest -q --cov=src tests/
uv run --with coverage python -m coverage run -m pytest
uv pip install -e '.[dev]'
uvx ruff@latest check .
poetry run python manage.py migrate --noinput
pipenv run flake8
conda run -n env python x.py
sudo -u postgres psql -c 'create database x'
sudo env PATH="$PATH" make install
env -i HOME=/tmp bash -l
nohup ./server > server.log 2>&1 &
nice -n 10 make
timeout 30s ./flaky || log "timed out"
time uv run bench.py
docker build -t "img:${TAG:-latest}" .
docker run --rm -it -e A=1 -v "$PWD":/app img:1 bash -c "pip install . && pytest"
docker compose up -d --build
docker compose exec -T web python manage.py test
kubectl exec -it pod -- sh -c 'ls /'
ssh -o StrictHostKeyChecking=no user@host "cd /srv && ./deploy.sh"
bash -c 'echo "$0" "$@"' name arg
sh -lc "make test"
git diff --name-only HEAD~1 | grep '\.py$' | xargs -r uv run ruff check
for py in 3.10 3.11 3.12; do
  log "testing $py"
  uv run --python "$py" pytest || failed+=("$py")
done
if (( ${#failed[@]} )); then die "failed: ${failed[*]}"; fi
[[ -n "${CI:-}" ]] || exit 0
trap cleanup EXIT
tmp=$(mktemp -d) || exit
( cd "$tmp" && tar xzf "$ROOT/dist.tar.gz" --strip-components=1 )
version=$(grep -oP '(?<=^version = ")[^"]+' pyproject.toml)
sed -i.bak "s/^version = .*/version = \"$version\"/" Cargo.toml && rm Cargo.toml.bak
case "${1:-all}" in
  lint) uv run ruff check . && uv run mypy src ;;
  test) shift; uv run pytest "$@" ;;
  all) "$0" lint && "$0" test ;;
  *) die "unknown: $1" ;;
esac
curl -sSf -H "Authorization: Bearer $TOKEN" -d '{"a": "b"}' "$URL" | jq -r .id > id
gh pr create --title "Release $version" --body "$(cat <<EOF
Released $version
EOF
)"
aws s3 sync ./site "s3://$BUCKET" --delete --exclude '*.map'
rsync -avz --exclude=.git ./ user@host:/srv/app/
npm ci && npm run build -- --mode production
make -C docs html SPHINXOPTS="-W --keep-going"
echo "::set-output name=version::$version"
echo "version=$version" >> "$GITHUB_OUTPUT"
