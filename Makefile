# Palate: `make demo` runs everything on MovieLens-100K, `make serve` serves what it published, `make check` is the
# quick look after a change, and `make test` passes all tests. Each sets up first.
PYTHON ?= python3.11
# `gpu` on a machine with an NVIDIA card.
VARIANT ?= cpu
CONFIG ?= configs/movielens-100k.yaml

BIN := .venv/bin
READY := .venv/ready-$(VARIANT)
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check
LOCK := requirements/$(VARIANT).txt

.PHONY: setup demo serve check test debian docs peers bench-quality lint audit sbom lock clean clean-store

demo: setup
	$(BIN)/palate retrain --config $(CONFIG)
	@test $(CONFIG) != configs/movielens-100k.yaml || $(BIN)/palate recommend --user 42 -k 5 --explain

serve: setup
	$(BIN)/palate serve

# A file of tests goes to one of so many processes as a whole, in the order that tests/conftest.py gives.
WORKERS ?= 2
PYTEST := $(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

# Lint and every test that starts no Ray, no server, no browser and no language model's engine.
check: lint
	$(PYTEST) -m "not ray and not server and not browser and not model"

test: setup debian .venv-s3/ready
	$(PYTEST)

# The tests open the playground in a real browser, and the store on an ordinary PostgreSQL server.
debian:
	@command -v chromium >/dev/null && ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 \
	|| { test "$$(id -u)" = 0 && apt-get update -q && DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -q --no-install-recommends chromium postgresql; } \
	|| { echo "The tests need two of Debian's packages: sudo apt-get install chromium postgresql"; exit 1; }

# The S3 server that the tests of object stores start.
.venv-s3/ready: requirements/s3.txt
	test -x .venv-s3/bin/python || $(PYTHON) -m venv .venv-s3
	.venv-s3/bin/pip install --quiet --disable-pip-version-check --no-deps -r requirements/s3.txt
	touch .venv-s3/ready

# A judgement of CI is not to rest on what an earlier one left.
lint: setup
	$(BIN)/ruff check $(if $(CI),--no-cache) .
	$(BIN)/ruff format --check $(if $(CI),--no-cache) .
	$(BIN)/mypy $(if $(CI),--cache-dir=/dev/null)

setup: $(READY)

# $(call step,HEADING,COMMAND): what the command prints is shown only if it fails, for nobody can act on pip's warnings.
step = @echo "$(1)"; printed=$$( { $(2); } 2>&1 ) || { echo "$$printed"; echo "failed: $(1)" >&2; exit 1; }

# The CPU lock leaves out torch, which is installed by itself: its CPU build where pip is configured to find one,
# and the general build elsewhere (docs/dependencies.md says how to choose).
$(READY): $(LOCK) pyproject.toml
	$(call step,1/4 virtual environment in .venv: some seconds,test -x $(BIN)/python || $(PYTHON) -m venv .venv)
	$(call step,2/4 packages of $(LOCK): some 4 GB - about 2 minutes once they are fetched,$(INSTALL) --no-deps -r $(LOCK))
	$(call step,3/4 torch: some 10 seconds once it is fetched,$(TORCH))
	$(call step,4/4 palate itself: some 20 seconds,$(INSTALL) --no-deps --no-build-isolation --editable .)
	@touch $(READY)

TORCH = test $(VARIANT) = gpu || $(INSTALL) --no-deps torch==2.13.0+cpu 2>/dev/null || $(INSTALL) torch==2.13.0

# The documentation as a site in build/docs/site; a broken link ends it.
DOCS := .venv-docs/bin
SITE := build/docs/pages
docs: setup .venv-docs/ready
	$(BIN)/python -m docs.site $(SITE)
	mkdir -p $(SITE)/javascripts
	cp docs/site/iframe-worker.js $(SITE)/javascripts/
	cp .venv-docs/lib/python*/site-packages/mmdc/assets/mermaid.js $(SITE)/javascripts/mermaid.min.js
	$(DOCS)/zensical build --clean --strict

.venv-docs/ready: requirements/docs.txt
	test -x $(DOCS)/python || $(PYTHON) -m venv .venv-docs
	$(DOCS)/pip install --quiet --disable-pip-version-check --no-deps -r requirements/docs.txt
	touch .venv-docs/ready

# Known vulnerabilities of what is locked, and a bill of it in CycloneDX.
AUDIT := .venv-audit/bin
audit: .venv-audit/ready
	$(AUDIT)/python requirements/audit.py requirements/cpu.txt requirements/gpu.txt

sbom: .venv-audit/ready
	mkdir -p build
	$(AUDIT)/cyclonedx-py requirements $(LOCK) --pyproject pyproject.toml --output-reproducible -o build/sbom.json

.venv-audit/ready: requirements/audit.txt
	test -x $(AUDIT)/python || $(PYTHON) -m venv .venv-audit
	$(AUDIT)/pip install --quiet --disable-pip-version-check --no-deps -r requirements/audit.txt
	touch .venv-audit/ready

# Other people's recommenders, for the benchmark of quality alone; they need an older numpy than ours.
PEERS := .venv-peers/bin
peers: .venv-peers/ready

.venv-peers/ready: requirements/peers.txt
	test -x $(PEERS)/python || $(PYTHON) -m venv .venv-peers
	$(PEERS)/pip install --quiet --disable-pip-version-check --no-deps -r requirements/peers.txt
	$(PEERS)/pip install --quiet --disable-pip-version-check --no-deps torch==2.13.0+cpu 2>/dev/null \
	|| $(PEERS)/pip install --quiet --disable-pip-version-check torch==2.13.0
	touch .venv-peers/ready

# Every method on a published split, the peers in their own environment; FOLDER holds the data.
bench-quality: setup peers
	$(BIN)/python -m benchmarks.quality $(DATA) $(if $(FOLDER),--folder $(FOLDER))

# Needs uv. Every file that may be installed is pinned by its hash.
COMPILE = uv pip compile --generate-hashes --python-version 3.11.7 --no-annotate --no-header --no-emit-find-links \
	--no-emit-index-url $(UV_FLAGS)
lock:
	$(COMPILE) pyproject.toml --extra cpu --extra demo --extra dev --no-emit-package torch -o requirements/cpu.txt
	$(COMPILE) pyproject.toml --extra gpu --extra demo --extra dev -o requirements/gpu.txt
	$(COMPILE) pyproject.toml --extra cpu --extra demo -c requirements/cpu.txt --no-emit-package torch \
		-o requirements/runtime-cpu.txt
	$(COMPILE) pyproject.toml --extra gpu --extra demo -c requirements/gpu.txt -o requirements/runtime-gpu.txt
	$(COMPILE) --group audit -o requirements/audit.txt
	$(COMPILE) --group s3 -o requirements/s3.txt

clean:
	rm -rf .venv .venv-docs .venv-audit .venv-peers .venv-s3 build
	test ! -d runs || find runs -mindepth 1 -maxdepth 1 ! -name store -exec rm -rf {} +

# Deletes the events, keys and texts of the embedded store, once it has been asked whether to.
clean-store:
	@printf 'Delete runs/store with all events, API keys and texts in it? Type yes: '; read answer; \
	test "$$answer" = yes || { echo "Nothing was deleted."; exit 1; }
	rm -rf runs/store
