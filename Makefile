# Daily work: make build | test | lint | fuzz | bench | score | kill | crash | rot | format | module NAME=x ; SAN=1 or TSAN=1 with build and test.
MAKEFLAGS += --no-builtin-rules
SHELL := /bin/bash

V := $(if $(SAN),san,$(if $(TSAN),tsan,$(if $(CLANG),clang,)))
B := build$(if $(V),/$(V))
GEN := build/gen
T := build/tools
ccache := $(if $(NO_CCACHE),,$(shell command -v ccache 2>/dev/null))
CC := $(ccache) $(if $(CLANG),clang,gcc)

WARN := -Wall -Wextra -Wshadow -Wconversion -Werror
HARDEN := -fPIE -fstack-protector-strong -fstack-clash-protection -fcf-protection=full -ftrivial-auto-var-init=zero \
  $(if $(CLANG),-enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang)
DEFS := -D_GNU_SOURCE -Isrc -I$(GEN) -I. -DMILLET_VERSION='"$(shell cat VERSION 2>/dev/null)"'
CFLAGS := -std=gnu17 -g $(WARN) $(HARDEN) $(DEFS)
LDFLAGS := -pie -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed,--gc-sections
ifeq ($(V),san)
CFLAGS += -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
LDFLAGS += -fsanitize=address,undefined
else ifeq ($(V),tsan)
CFLAGS += -O1 -fsanitize=thread
LDFLAGS += -fsanitize=thread
else
CFLAGS += -O2 -D_FORTIFY_SOURCE=3 -ffunction-sections -fdata-sections
# gold links a test program in half of bfd's time, and a build has over a hundred of them.
LDFLAGS += $(if $(shell command -v ld.gold),-fuse-ld=gold)
endif
# Only what serve itself needs; libvips, OpenBLAS and the like are opened by children with dlopen.
PKGS := sqlite3 libpq libmicrohttpd libsodium jansson libutf8proc libcmark libqrencode openssl zlib minizip libxml-2.0
CFLAGS += $(shell pkg-config --cflags $(PKGS))
LIBS := $(shell pkg-config --libs $(PKGS)) -lm -ldl -lpthread

dirs := $(patsubst src/%/,%,$(sort $(dir $(wildcard src/*/*.c src/*/*/*.c src/*/queries.sql src/*/pages/*.html))))
folders := $(filter-out test,$(sort $(filter-out %/pages,$(dirs)) $(patsubst %/pages,%,$(filter %/pages,$(dirs)))))
sources := $(filter-out $(foreach f,$(folders),$(wildcard src/$f/test*.c src/$f/fuzz_*.c)),$(foreach f,$(folders),$(wildcard src/$f/*.c)))
test_sources := $(foreach f,$(folders),$(wildcard src/$f/test*.c))
fuzz_sources := $(foreach f,$(folders),$(wildcard src/$f/fuzz_*.c))
query_folders := $(patsubst src/%/queries.sql,%,$(wildcard src/*/queries.sql))
page_folders := $(patsubst src/%/pages,%,$(wildcard src/*/pages))
command_folders := $(foreach f,$(folders),$(if $(shell grep -ls '^const Command ' src/$f/command.c),$f))
module_folders := $(foreach f,$(folders),$(if $(shell grep -ls '^const Module ' src/$f/routes.c src/$f/module.c),$f))
migrations := $(sort $(wildcard src/*/migrations/*.sql))
assets := $(wildcard src/*/*.css src/*/*.js src/*/assets/*)
assets := $(filter-out $(wildcard src/*/journey*.js),$(assets))
pos := $(wildcard po/*.po)

gen_headers := $(query_folders:%=$(GEN)/%/queries.h) $(page_folders:%=$(GEN)/%/templates.h) $(if $(wildcard tools/embed.c),$(GEN)/assets.h)
gen_sources := $(query_folders:%=$(GEN)/%/queries.c) $(page_folders:%=$(GEN)/%/templates.c) \
  $(if $(wildcard tools/sqlgen.c),$(GEN)/migrations.c $(GEN)/tables.c) $(if $(wildcard tools/embed.c),$(GEN)/assets.c) \
  $(if $(wildcard tools/pogen.c),$(GEN)/languages.c) $(GEN)/modules.c $(GEN)/statements.c
objects := $(sources:src/%.c=$B/o/%.o) $(gen_sources:$(GEN)/%.c=$B/g/%.o)
tests := $(test_sources:src/%.c=$B/test/%)
fuzzers := $(fuzz_sources:src/%.c=build/fuzz/%)

.PHONY: build tests replays test syntax lint fuzz fuzzers bench score kill crash rot format module clean gen po
.DELETE_ON_ERROR:
.SECONDARY:
build: $B/millet
gen: $(gen_headers) $(gen_sources)
tests: $(tests) build/load

# ---- tools ----
# tools/x.c, with tools/x_*.c where it is of more than one file.
.SECONDEXPANSION:
$T/%: tools/%.c $$(wildcard tools/%_*.c tools/%.h) $(wildcard src/base/*.c src/base/*.h) src/core/lang.h Makefile
	@mkdir -p $(@D)
	$(CC) -std=gnu17 -O1 -g $(WARN) -D_GNU_SOURCE -Isrc -I. -o $@ $(filter tools/%.c,$^) $(filter-out $(wildcard src/base/test*.c src/base/fuzz_*.c),$(wildcard src/base/*.c)) $(shell pkg-config --cflags --libs sqlite3 jansson libutf8proc libsodium openssl zlib libbrotlienc) -lm

# ---- generated ----
$(GEN)/%/queries.c: src/%/queries.sql $(migrations) $T/sqlgen
	@mkdir -p $(@D)
	$T/sqlgen --name $* --out $(GEN)/$*/queries --queries $< $(migrations)
$(GEN)/%/queries.h: $(GEN)/%/queries.c ;
$(GEN)/migrations.c: $(migrations) $T/sqlgen
	@mkdir -p $(@D)
	$T/sqlgen --embed $@ $(migrations)
$(GEN)/tables.c: $(migrations) $T/sqlgen
	@mkdir -p $(@D)
	$T/sqlgen --tables $@ $(migrations)
define page_rule
$(GEN)/$1/templates.c: $(wildcard src/$1/pages/*.html) src/$1/pages $T/tplgen
	@mkdir -p $$(@D)
	$T/tplgen --name $1 --out $(GEN)/$1/templates $(wildcard src/$1/pages/*.html)
$(GEN)/$1/templates.h: $(GEN)/$1/templates.c ;
endef
$(foreach f,$(page_folders),$(eval $(call page_rule,$f)))
$(GEN)/assets.c: $(assets) $T/embed
	@mkdir -p $(@D)
	$T/embed --out $@ $(assets)
$(GEN)/assets.h: $(GEN)/assets.c ;
$(GEN)/languages.c: $(pos) $T/pogen
	@mkdir -p $(@D)
	$T/pogen --out $@ $(pos)
$(GEN)/statements.c: Makefile $(foreach f,$(query_folders),src/$f/queries.sql)
	@mkdir -p $(@D)
	@{ echo '#include "db/db.h"'; \
	$(foreach f,$(query_folders),echo 'extern Statement $(subst /,_,$f)_statements[]; extern const size_t $(subst /,_,$f)_statements_len;';) \
	echo 'const StatementSet house_statements[] = {$(foreach f,$(query_folders),{$(subst /,_,$f)_statements, &$(subst /,_,$f)_statements_len},) {0}};'; } > $@.new
	@cmp -s $@.new $@ && touch $@ && rm $@.new || mv $@.new $@
$(GEN)/modules.c: Makefile $(foreach f,$(module_folders),$(wildcard src/$f/routes.c src/$f/module.c)) $(foreach f,$(command_folders),src/$f/command.c)
	@mkdir -p $(@D)
	@{ echo '#include "core/module.h"'; echo '#include "base/command.h"'; \
	$(foreach f,$(module_folders),echo 'extern const Module $f_module;';) \
	echo 'const Module *const house_modules[] = {$(foreach f,$(module_folders),&$f_module,) NULL};'; \
	$(foreach f,$(command_folders),echo 'extern const Command $(subst /,_,$f)_commands[];';) \
	echo 'extern const Command *const house_commands[];'; \
	echo 'const Command *const house_commands[] = {$(foreach f,$(command_folders),$(subst /,_,$f)_commands,) NULL};'; } > $@.new
	@cmp -s $@.new $@ && touch $@ && rm $@.new || mv $@.new $@

# ---- objects ----
$B/o/%.o: src/%.c | $(gen_headers)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<
$B/g/%.o: $(GEN)/%.c | $(gen_headers)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<
$B/o/main.o: src/main.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<
$B/libmillet.a: $(objects)
	@rm -f $@
	ar rcs $@ $^
$B/millet: $B/o/main.o $B/libmillet.a
	$(CC) $(LDFLAGS) -o $@ $B/o/main.o -Wl,--whole-archive $B/libmillet.a -Wl,--no-whole-archive $(LIBS)

# ---- tests and fuzzers ----
build/bench/%: bench/%.c $B/libmillet.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $B/libmillet.a $(LIBS)

# A load of clients for races, kill tests and benchmarks.
build/load: tests/load/load.c
	@mkdir -p $(@D)
	$(CC) -std=gnu17 -O2 -g $(WARN) -D_GNU_SOURCE -o $@ $<

harness := $(patsubst src/test/%.c,$B/t/%.o,$(filter-out src/test/replay.c,$(wildcard src/test/*.c)))
$B/t/%.o: src/test/%.c | $(gen_headers)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<
$B/test/%: src/%.c $B/libmillet.a $(harness) | $(gen_headers)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Isrc/test -MMD -MP -MF $@.d $(LDFLAGS) -o $@ $< $(harness) $B/libmillet.a $(LIBS) -lcmocka
# The same fuzzers fed with their corpus only, on the ordinary objects (with SAN=1 under sanitizers): tests/parts/replay_corpora.
replays := $(fuzz_sources:src/%.c=$B/replay/%)
$B/replay/%: src/%.c $B/libmillet.a $B/t/replay.o | $(gen_headers)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Isrc/test -MMD -MP -MF $@.d $(LDFLAGS) -o $@ $< $B/t/replay.o $B/libmillet.a $(LIBS)
replays: $(replays)
# libFuzzer with clang; everything is built again with coverage.
fuzz_objects := $(sources:src/%.c=build/fuzz/o/%.o) $(gen_sources:$(GEN)/%.c=build/fuzz/g/%.o)
FUZZ_FLAGS := -std=gnu17 -g -O1 $(DEFS) $(shell pkg-config --cflags $(PKGS)) -fsanitize=fuzzer-no-link,address,undefined
build/fuzz/o/%.o: src/%.c | $(gen_headers)
	@mkdir -p $(@D)
	$(ccache) clang $(FUZZ_FLAGS) -MMD -MP -c -o $@ $<
build/fuzz/g/%.o: $(GEN)/%.c | $(gen_headers)
	@mkdir -p $(@D)
	$(ccache) clang $(FUZZ_FLAGS) -MMD -MP -c -o $@ $<
build/fuzz/libmillet.a: $(fuzz_objects)
	@rm -f $@
	ar rcs $@ $^
build/fuzz/%: src/%.c build/fuzz/libmillet.a
	@mkdir -p $(@D)
	$(ccache) clang $(FUZZ_FLAGS) -fsanitize=fuzzer -Wl,--gc-sections -o $@ $< build/fuzz/libmillet.a $(LIBS)
fuzzers: $(fuzzers)

# The second compiler's opinion, without making anything: tools/lint asks for it.
syntax: gen
	@printf '%s\n' $(sources) $(test_sources) $(wildcard src/test/*.c) | xargs -P$$(nproc) -n6 clang -fsyntax-only -std=gnu17 $(WARN) \
	  $(DEFS) -Isrc/test $(shell pkg-config --cflags $(PKGS))
	@printf '%s\n' $(sources) | xargs -P$$(nproc) -n6 clang -fsyntax-only -std=gnu17 -Wmissing-prototypes -Werror \
	  $(DEFS) $(shell pkg-config --cflags $(PKGS))
test: ; SAN=$(SAN) TSAN=$(TSAN) tests/run $(ONLY)
lint: ; tools/lint
fuzz: fuzzers ; tests/fuzz/run $(or $(SECONDS_EACH),60) $(ONLY)
bench: build ; bench/run $(ONLY)
score: build ; bench/score $(DATA)
kill: build ; tests/kill/run 1000 && tests/kill/ledger 5000
crash: build ; tests/kill/crash
rot: build ; tests/kill/rot
format: ; clang-format -i $$(git ls-files '*.c' '*.h')
module: ; tools/new_module $(NAME)
po: gen ; tools/update_po
print-%: ; @echo $($*)
clean: ; rm -rf build

-include $(shell find $B/o $B/g $B/t $B/test build/fuzz/o build/fuzz/g -name '*.d' 2>/dev/null)
