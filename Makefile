# make          the library and the tools, into $(BUILD)
# make demo     the whole flow on a synthetic resident, then five refusals
# make test     install what is missing, build, run every test
# make check    the same tests without installing anything
# make sanitize the tests under AddressSanitizer and UndefinedBehaviorSanitizer
# make interop our tools among those of others, where ../shared/interop has them
# make coverage line coverage of lib/, at least 85 %
# make bench    how fast, as a share of what OpenSSL can do; BENCH=tsv for programs
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
COMPILE = $(CC) -std=c11 -D_DEFAULT_SOURCE -D_POSIX_C_SOURCE=200809L -fPIC $(WARN) $(CFLAGS) $(HARDEN) -Ilib -I.

LIB_LIBS = -lcbor -lcrypto -largon2 -lz
CLI_LIBS = -ljansson -lqrencode
ISSUER_LIBS = -ljpeg -lsqlite3

LIB_SRC = $(wildcard lib/*/*.c)
CLI_SRC = $(wildcard cli/*.c)
VERBS_SRC = $(wildcard verbs/*.c)
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
TEST_SHIM = $(BUILD)/tests/no_brainpool.so

.PHONY: all demo test check interop sanitize coverage bench lint clean setup-build setup-test setup-lint tests
all: $(BUILD)/libowncard.a $(BUILD)/libowncard.so.0 $(TOOL_BIN)
tests: all $(TEST_BIN) $(TEST_SHIM) $(BUILD)/bench

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

# What the roles share, verbs first: cli/ knows nothing of them.
$(BUILD)/cli.a: $(call objects,$(VERBS_SRC)) $(CLI_OBJ)
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
	$$(quiet)$$(CC) $$(CFLAGS) $$(HARDEN) -o $$@ $$^ $$(CLI_LIBS) $$(LIB_LIBS) $$(if $$(filter issuer,$(1)),$$(ISSUER_LIBS))
endef
$(foreach tool,$(TOOLS),$(eval $(call role,$(tool))))

$(BUILD)/tests/%: $(BUILD)/obj/tests/unit/%.o $(TOOLS:%=$(BUILD)/%.a) $(BUILD)/db.a $(BUILD)/cli.a \
                  $(BUILD)/libowncard.a
	@mkdir -p $(@D)
	$(say) LD $@
	$(quiet)$(CC) $(CFLAGS) $(HARDEN) -o $@ $^ $(CLI_LIBS) $(LIB_LIBS) $(ISSUER_LIBS)

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

coverage: setup-lint
	$(MAKE) check BUILD=build/coverage HARDEN= CFLAGS='-O0 -g --coverage'
	gcovr --root . --object-directory build/coverage --filter 'lib/' --print-summary --fail-under-line 85

lint: setup-lint
	tests/lint/run.sh

clean:
	rm -rf build

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
