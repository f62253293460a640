# The few words of this project; "make test" is all that a change must pass.

STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK = golang.org/x/vuln/cmd/govulncheck@v1.9.0

# The race detector needs a C compiler. Without one Go turns cgo off by itself.
RACE := $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)

.PHONY: test lint bench eval build bench-archive release man

test:
	@[ -n "$(RACE)" ] || echo "no C compiler here: the tests run without the race detector"
	go test $(RACE) ./...

# govulncheck needs its database; away from the internet it is left out, and a
# line says so.
lint:
	@unformatted=$$(git ls-files -z '*.go' | xargs -0 gofmt -l); \
	  [ -z "$$unformatted" ] || { echo "not gofmt'ed: $$unformatted" >&2; exit 1; }
	go mod tidy -diff
	go vet ./...
	go run $(STATICCHECK) ./...
	cd eval && go mod tidy -diff && go vet ./... && go run $(STATICCHECK) ./...
	@out=$$(go run $(GOVULNCHECK) ./... 2>&1); status=$$?; \
	  case "$$out" in *"fetching vulnerabilities:"*) \
	    echo "govulncheck left out: its database cannot be reached"; exit 0;; esac; \
	  echo "$$out"; exit $$status

bench:
	go test -run '^$$' -bench . -benchmem ./...

# The extractor and its peers on a corpus of real pages, which is not part of
# the repository. EVAL=-pages shows each page, EVAL=-h what else there is.
CORPUS ?= ../shared/corpus/extract
eval:
	@cd eval && go run . -corpus $(abspath $(CORPUS)) $(EVAL)

# A store of N articles of 100 sources in DIR, and what a batch costs on the way.
# It stays there, to be measured with the config.yaml and the program beside it.
N = 10000
DIR := $(shell mktemp -du)
bench-archive:
	@mkdir -p "$(DIR)"; { \
	  echo 'site: {name: مصر اليوم, url: "http://127.0.0.1:8080"}'; echo 'store: $(DIR)/nashra.db'; echo 'sources:'; \
	  for i in $$(seq 100); do \
	    echo "  - {id: s$$i, name: الجريدة $$i, feed: \"https://s$$i.example/feed\", category: قسم $$((i % 10))}"; \
	  done; } > "$(DIR)/config.yaml"
	@go build -o "$(DIR)/nashra" ./cmd/nashra
	@"$(DIR)/nashra" --config "$(DIR)/config.yaml" seed $(N)
	@echo "$(DIR)"

build:
	go build -o nashra ./cmd/nashra

# Programs of every system, their checksums and what they are made of, in dist.
# The same commit and the same Go give the same bytes.
release:
	go run ./internal/release dist

# The manual: man -l man/nashra.1
man:
	go run ./cmd/nashra man man
