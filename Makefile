# make          the library and the tools, into $(BUILD)
# make demo     the whole flow on a synthetic resident, then five refusals
# make test     install what is missing, build, run every test
# make check    the same tests without installing anything
# make sanitize the tests under AddressSanitizer and UndefinedBehaviorSanitizer
# make interop our tools among those of others, where ../shared/interop has them
# make coverage line coverage of lib/, by tests and fuzz seeds, at least 95 %
# make qr-test  exchanges by QR before a bad camera, 100 of each kind
# make bench    how fast, as a share of what OpenSSL can do; BENCH=tsv for programs
# make fuzz     hostile input, FUZZ_SECONDS=60 in all; findings are kept in build/fuzz/crashes
# make kill-test  kill -9 while storing, presenting and refilling, 200 times
# make limits   what hostile messages cost in time and memory
# make valgrind the tests that matter under valgrind
# make lint     layers, warnings as errors by gcc and clang, clang-tidy, cppcheck, shellcheck
BUILD ?= build/release
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:

CC ?= cc
CFLAGS ?= -O2 -g
HARDEN ?= -D_FORTIFY_SOURCE=2 -fstack-protector-strong -Wl,-z,relro,-z,now
WARN = -Wall -Wextra -Wshadow -Wpointer-arith -Wcast-qual -Wstrict-prototypes \
       -Wmissing-prototypes -Wvla -Wwrite-strings -Wformat=2 -Wundef
COMPILE = $(CC) -std=c11 -D_DEFAULT_SOURCE -D_POSIX_C_SOURCE=200809L -fPIC $(WARN) $(CFLAGS) $(HARDEN) -Ilib -I. -isystem /usr/include/PCSC

LIB_LIBS = -lcbor -lcrypto -largon2 -lz
CLI_LIBS = -ljansson
TRANSPORT_LIBS = -lqrencode -lpng -ljpeg -lzbar -lisal -lpcsclite -pthread -lm
ISSUER_LIBS = -ljpeg -lsqlite3 -lpq

LIB_SRC = $(wildcard lib/*/*.c)
CLI_SRC = $(wildcard cli/*.c)
VERBS_SRC = $(wildcard verbs/*.c)
TRANSPORT_SRC = $(wildcard transport/*.c)
WRONG_SRC = $(wildcard wrong/*.c)
DB_SRC = $(wildcard db/*.c)
TOOLS = issuer holder verifier
TESTS = $(wildcard tests/unit/test_*.c)
BATS = $(wildcard tests/cli/*.bats)

# make V=1 shows every command.
quiet = $(if $(V),,@)
say = @$(if $(V),:,echo ' ')

objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
LIB_OBJ = $(call objects,$(LIB_SRC))
CLI_OBJ = $(call objects,$(CLI_SRC)) $(BUILD)/obj/gen/cards.o $(BUILD)/obj/gen/requests.o
TOOL_BIN = $(TOOLS:%=$(BUILD)/owncard-%)
TEST_BIN = $(TESTS:tests/unit/%.c=$(BUILD)/tests/%) $(BUILD)/tests/test_verify_shared
TEST_SHIM = $(BUILD)/tests/no_brainpool.so $(BUILD)/tests/kill_at.so

.PHONY: all demo test check interop sanitize coverage bench fuzz fuzzers limits valgrind lint clean \
    kill-test qr-test setup-build setup-test setup-lint tests
all: $(BUILD)/libowncard.a $(BUILD)/libowncard.so.0 $(TOOL_BIN)
tests: all $(TEST_BIN) $(TEST_SHIM) $(BUILD)/bench $(BUILD)/exchange

$(BUILD)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(say) CC $<
	$(quiet)$(COMPILE) -MMD -MP -c $< -o $@

$(BUILD)/gen/%.c: packaging/embed.sh schemas/% $(wildcard schemas/*/*.json)
	@mkdir -p $(@D)
	$(quiet)packaging/embed.sh embedded_$* $(sort $(wildcard schemas/$*/*.json)) > $@

$(BUILD)/obj/gen/%.o: $(BUILD)/gen/%.c Makefile
	@mkdir -p $(@D)
	$(quiet)$(COMPILE) -c $< -o $@

$(BUILD)/libowncard.a: $(LIB_OBJ)
	@rm -f $@
	$(quiet)$(AR) rcs $@ $^

$(BUILD)/libowncard.so.0: $(LIB_OBJ) packaging/owncard.map
	$(say) LD $@
	$(quiet)$(CC) -shared $(CFLAGS) $(HARDEN) -Wl,-soname,libowncard.so.0 -Wl,--version-script=packaging/owncard.map \
	    -Wl,-z,defs -o $@ $(LIB_OBJ) $(LIB_LIBS)
	@ln -sf libowncard.so.0 $(BUILD)/libowncard.so

# What the roles share: cli/ knows nothing of verbs/, transport/ and wrong/.
$(BUILD)/cli.a: $(call objects,$(VERBS_SRC) $(TRANSPORT_SRC) $(WRONG_SRC)) $(CLI_OBJ)
	@rm -f $@
	$(quiet)$(AR) rcs $@ $^

$(BUILD)/db.a: $(call objects,$(DB_SRC))
	@rm -f $@
	$(quiet)$(AR) rcs $@ $^

# A role is its objects; all but main.o also go into an archive for the unit tests.
define role
$(BUILD)/$(1).a: $(call objects,$(filter-out $(1)/main.c,$(wildcard $(1)/*.c $(1)/*/*.c)))
	@rm -f $$@
	$$(quiet)$$(AR) rcs $$@ $$^
$(BUILD)/owncard-$(1): $(call objects,$(1)/main.c) $(BUILD)/$(1).a $(if $(filter issuer,$(1)),$(BUILD)/db.a) \
                       $(BUILD)/cli.a $(BUILD)/libowncard.a
	$$(say) LD $$@
	$$(quiet)$$(CC) $$(CFLAGS) $$(HARDEN) -o $$@ $$^ $$(CLI_LIBS) $$(if $$(filter-out issuer,$(1)),$$(TRANSPORT_LIBS)) $$(LIB_LIBS) $$(if $$(filter issuer,$(1)),$$(ISSUER_LIBS))
endef
$(foreach tool,$(TOOLS),$(eval $(call role,$(tool))))

$(BUILD)/tests/%: $(BUILD)/obj/tests/unit/%.o $(TOOLS:%=$(BUILD)/%.a) $(BUILD)/db.a $(BUILD)/cli.a \
                  $(BUILD)/libowncard.a
	@mkdir -p $(@D)
	$(say) LD $@
	$(quiet)$(CC) $(CFLAGS) $(HARDEN) $(WRAP) -o $@ $^ $(CLI_LIBS) $(TRANSPORT_LIBS) $(LIB_LIBS) $(ISSUER_LIBS)

# Allocations go through the test, which fails them one after the other.
$(BUILD)/tests/test_memory $(BUILD)/tests/test_memory_wallet $(BUILD)/tests/test_memory_qr: WRAP = $(patsubst %,-Wl$(comma)--wrap=%,malloc calloc realloc free CRYPTO_secure_zalloc)
comma = ,
# So do those of libpng and libjpeg, which are therefore linked in whole.
$(BUILD)/tests/test_memory_qr: TRANSPORT_LIBS = -lqrencode -Wl,-Bstatic -lpng -ljpeg -lz -Wl,-Bdynamic -lzbar -lisal -lm

# The same test once more against the shared library, as other programs use it.
$(BUILD)/tests/test_verify_shared: $(BUILD)/obj/tests/unit/test_verify.o $(BUILD)/libowncard.so.0
	@mkdir -p $(@D)
	$(say) LD $@
	$(quiet)$(CC) $(CFLAGS) $(HARDEN) -o $@ $< -L$(BUILD) -lowncard -Wl,-rpath,$(abspath $(BUILD))

$(BUILD)/bench: $(call objects,$(wildcard tests/bench/*.c)) $(BUILD)/libowncard.a
	$(say) LD $@
	$(quiet)$(CC) $(CFLAGS) $(HARDEN) -o $@ $^ $(LIB_LIBS) -pthread

bench: $(BUILD)/bench
	@$(BUILD)/bench

# One program for each target: with libFuzzer in the build of `make fuzz`, elsewhere to replay inputs.
FUZZ_TARGETS = $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_MAIN ?= $(call objects,tests/fuzz/replay.c)
FUZZ_SECONDS ?= 60
FUZZ_SANITIZE = -fsanitize=address,undefined

$(BUILD)/fuzz/%: $(BUILD)/obj/tests/fuzz/fuzz_%.o $(filter %.o,$(FUZZ_MAIN)) $(BUILD)/verifier.a $(BUILD)/cli.a \
                 $(BUILD)/libowncard.a
	@mkdir -p $(@D)
	$(say) LD $@
	$(quiet)$(CC) $(CFLAGS) $(HARDEN) $(filter-out %.o,$(FUZZ_MAIN)) -o $@ $^ $(CLI_LIBS) $(TRANSPORT_LIBS) $(LIB_LIBS)

$(BUILD)/seed: $(call objects,$(wildcard tests/fuzz/seeds*.c)) $(BUILD)/cli.a $(BUILD)/libowncard.a
	$(say) LD $@
	$(quiet)$(CC) $(CFLAGS) $(HARDEN) -o $@ $^ $(CLI_LIBS) $(TRANSPORT_LIBS) $(LIB_LIBS)

$(BUILD)/seeds/.made: $(BUILD)/seed $(wildcard schemas/*/*.json)
	@mkdir -p $(@D)/catalog
	$(quiet)$< $(@D)
	@cp schemas/*/*.json $(@D)/catalog
	@touch $@

$(BUILD)/fuzz.dict: tests/fuzz/dictionary.sh $(wildcard schemas/wire/*.cddl)
	@mkdir -p $(@D)
	$(quiet)$< schemas/wire > $@

fuzzers: $(FUZZ_TARGETS:%=$(BUILD)/fuzz/%) $(BUILD)/seeds/.made $(BUILD)/fuzz.dict

fuzz: setup-lint
	$(MAKE) fuzzers BUILD=build/fuzz CC=clang HARDEN= FUZZ_MAIN=-fsanitize=fuzzer \
	    CFLAGS='-O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all -fsanitize=fuzzer-no-link $(FUZZ_SANITIZE)'
	tests/fuzz/run.sh build/fuzz $(FUZZ_SECONDS)

# Preloaded by tests of the tools.
$(BUILD)/tests/%.so: tests/cli/%.c Makefile
	@mkdir -p $(@D)
	$(quiet)$(CC) -shared -fPIC -O2 -o $@ $< -ldl

setup-build setup-test setup-lint: setup-%:
	@packaging/setup.sh $*

# Recursion only so that the set-up is done before pkg-config or a compiler is asked anything.
demo: setup-build
	@$(MAKE) --no-print-directory all
	@BUILD=$(BUILD) packaging/demo.sh

test: setup-test
	@$(MAKE) --no-print-directory check

check: tests
	OWNCARD_BIN=$(abspath $(BUILD)) prove --jobs 2 --exec tests/run-one $(TEST_BIN) $(BATS)

interop: all
	@OWNCARD_BIN=$(abspath $(BUILD)) tests/interop/run.sh build/interop

sanitize: setup-test
	$(MAKE) check BUILD=build/sanitize HARDEN= CFLAGS='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all'

kill-test: all
	KILL_ROUNDS=200 OWNCARD_BIN=$(abspath $(BUILD)) bats tests/cli/kill.bats

# QR_ATTEMPTS exchanges of each message, as tests/qr/run.sh makes them.
QR_ATTEMPTS ?= 100
$(BUILD)/exchange: $(call objects,$(wildcard tests/qr/*.c)) $(BUILD)/cli.a $(BUILD)/libowncard.a
	$(say) LD $@
	$(quiet)$(CC) $(CFLAGS) $(HARDEN) -o $@ $^ $(CLI_LIBS) $(TRANSPORT_LIBS) $(LIB_LIBS)

qr-test: all $(BUILD)/exchange
	@OWNCARD_BIN=$(abspath $(BUILD)) tests/qr/run.sh $(QR_ATTEMPTS)

# What hostile messages of up to 1 MiB cost, at most.
limits: $(BUILD)/tests/test_hostile
	@$< | sed -n 's/^ok [0-9]* - \(.*: [0-9]* bytes, .*\)/\1/p'

# Without the tests that flip every bit or fail every allocation, which take hours there, and those
# that measure time and memory, which are not ours there.
VALGRIND_TESTS = $(filter-out %/test_verify_mutation %/test_memory %/test_memory_qr %/test_memory_wallet %/test_mutator %/test_hostile %/test_status_cost %/test_verify_shared %/test_seal %/test_kdf %/test_portrait %/test_prompt,$(TEST_BIN))
valgrind: setup-lint tests
	@for test in $(VALGRIND_TESTS); do \
	    echo "  VALGRIND $$test"; \
	    OWNCARD_FLIP_STRIDE=997 valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite \
	        "$$test" > build/valgrind.log 2>&1 || { cat build/valgrind.log; exit 1; }; \
	done

coverage: setup-lint
	$(MAKE) check fuzzers BUILD=build/coverage HARDEN= CFLAGS='-O0 -g --coverage'
	for target in $(FUZZ_TARGETS); do build/coverage/fuzz/$$target build/coverage/seeds/$$target || exit 1; done
	gcovr --root . --object-directory build/coverage --filter 'lib/' --print-summary --fail-under-line 95

lint: setup-lint
	tests/lint/run.sh

clean:
	rm -rf build

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
