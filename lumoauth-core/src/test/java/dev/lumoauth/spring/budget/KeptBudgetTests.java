/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring.budget;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.BudgetStatus.State;
import dev.lumoauth.spring.LumoAuthSetupException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.budget.BudgetStore.Count;
import dev.lumoauth.spring.budget.BudgetStore.Hold;
import dev.lumoauth.spring.budget.BudgetStore.Refusal;
import dev.lumoauth.spring.budget.BudgetStore.Sum;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests that a budget in a {@link BudgetStore} lasts longer than a process.
 */
@ExtendWith(OutputCaptureExtension.class)
class KeptBudgetTests {

	private static final String TENANT = "https://app.lumoauth.dev/t/acme-corp/api/v1";

	private static final String AGENT = "agt_research-analyst";

	private static final String TOKENS = "max_tokens_per_day";

	private final ManualClock clock = new ManualClock("2026-03-31T10:15:00Z");

	private final List<AutoCloseable> open = new ArrayList<>();

	@TempDir
	private Path directory;

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable each : this.open) {
			each.close();
		}
	}

	@Test
	void aRestartedApplicationGoesOnWhereItEnded() {
		BudgetStore before = store();
		BudgetMonitor first = monitor(before);
		first.start("gpt-5");
		first.recordTokens(400);
		first.close();
		before.close();
		BudgetMonitor second = monitor(store());
		assertThat(used(second, TOKENS)).isEqualTo(400L);
		assertThat(used(second, "max_api_calls_per_hour")).isEqualTo(1L);
		second.recordTokens(600);
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> second.check("gpt-5"));
	}

	@Test
	void aProcessThatIsKilledLosesNothingThatWasSaved() throws Exception {
		BudgetMonitor killed = monitor(store());
		killed.recordTokens(400);
		BudgetMonitor next = monitor(storeAfterKill());
		assertThat(used(next, TOKENS)).isEqualTo(400L);
	}

	@Test
	void whatWasSavedOutlastsAProcessThatIsKilledInTheMiddle() throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), CountingProcess.class.getName(), file().toString())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		List<Long> saved = new ArrayList<>();
		try (BufferedReader lines = process.inputReader()) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				if (line.startsWith(CountingProcess.SAVED)) {
					saved.add(Long.parseLong(line.substring(CountingProcess.SAVED.length())));
				}
				if (saved.size() == 20) {
					assertThatExceptionOfType(LumoAuthSetupException.class).isThrownBy(() -> BudgetStore.inFile(file()))
						.withMessageContaining("another application uses it");
					// Unlike the process itself, the handle leaves what was printed to be
					// read.
					process.toHandle().destroyForcibly();
				}
			}
		}
		finally {
			process.destroyForcibly();
		}
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(saved).hasSizeGreaterThanOrEqualTo(20);
		assertThat((Long) used(monitor(store()), TOKENS)).isGreaterThanOrEqualTo(saved.get(saved.size() - 1));
	}

	@Test
	void aCallThatIsCutOffCountsWithItsEstimate() throws Exception {
		BudgetMonitor killed = monitor(store());
		AdmittedCall.begin(killed, "gpt-5", 300, null);
		AdmittedCall.begin(killed, "gpt-5", 500, null).end(20);
		BudgetMonitor next = monitor(storeAfterKill());
		assertThat(used(next, TOKENS)).isEqualTo(320L);
		assertThat(used(next, "max_api_calls_per_hour")).isEqualTo(2L);
	}

	@Test
	void lumoAuthsFigureAndTheKeptUsageAreNotAddedUp() {
		BudgetStore before = store();
		monitor(before).recordTokens(400);
		before.close();
		BudgetStore after = store();
		BudgetMonitor lagging = monitor(after, Map.of(TOKENS, 1000, "tokens_used_today", 0));
		assertThat(used(lagging, TOKENS)).isEqualTo(400L);
		BudgetMonitor exact = monitor(after, Map.of(TOKENS, 1000, "tokens_used_today", 450));
		assertThat(used(exact, TOKENS)).isEqualTo(450L);
		exact.recordTokens(10);
		assertThat(used(exact, TOKENS)).isEqualTo(460L);
	}

	@Test
	void eachPeriodEndsInUtcAlsoWhileTheApplicationIsStopped() {
		BudgetStore before = store();
		BudgetMonitor first = monitor(before);
		first.start("gpt-5");
		first.recordTokens(400);
		before.close();
		this.clock.set("2026-03-31T11:00:00Z");
		BudgetStore later = store();
		BudgetMonitor second = monitor(later);
		assertThat(used(second, "max_api_calls_per_hour")).isEqualTo(0L);
		assertThat(used(second, TOKENS)).isEqualTo(400L);
		later.close();
		this.clock.set("2026-04-01T00:00:00Z");
		assertThat(used(monitor(store()), TOKENS)).isEqualTo(0L);
	}

	@Test
	void aPeriodThatEndsWhileACallRunsKeepsTheReservationInTheNext() throws Exception {
		BudgetMonitor first = monitor(store());
		AdmittedCall call = AdmittedCall.begin(first, "gpt-5", 300, null);
		first.recordTokens(50);
		this.clock.set("2026-03-31T23:59:00Z");
		AdmittedCall late = AdmittedCall.begin(first, "gpt-5", 200, null);
		this.clock.set("2026-04-01T00:00:00Z");
		call.end(350);
		BudgetMonitor next = monitor(storeAfterKill());
		assertThat(used(next, TOKENS)).isEqualTo(550L);
		late.end(10);
		assertThat(used(first, TOKENS)).isEqualTo(360L);
	}

	@Test
	void aClockThatIsSetBackOpensNoPeriodAgain() {
		BudgetStore before = store();
		monitor(before).recordTokens(400);
		before.close();
		this.clock.set("2026-03-30T23:00:00Z");
		BudgetMonitor next = monitor(store());
		assertThat(used(next, TOKENS)).isEqualTo(400L);
		next.recordTokens(100);
		this.clock.set("2026-03-31T10:00:00Z");
		next.recordTokens(1);
		assertThat(used(next, TOKENS)).isEqualTo(501L);
	}

	@Test
	void eachTenantAndAgentHasItsOwnCountsInOneFile() {
		BudgetStore store = store();
		monitor(store).recordTokens(400);
		assertThat(used(monitor(store, TENANT, "agt_other"), TOKENS)).isEqualTo(0L);
		assertThat(used(monitor(store, "https://app.lumoauth.dev/t/other corp\n/api/v1", AGENT), TOKENS)).isEqualTo(0L);
		store.close();
		assertThat(used(monitor(store(), TENANT, AGENT), TOKENS)).isEqualTo(400L);
	}

	@Test
	void processesThatShareAStoreKnowEachOthersUsage() {
		BudgetStore store = store();
		BudgetMonitor left = monitor(store);
		BudgetMonitor right = monitor(store);
		left.recordTokens(400);
		right.recordTokens(500);
		left.recordTokens(1);
		assertThat(used(left, TOKENS)).isEqualTo(901L);
		right.refresh();
		assertThat(used(right, TOKENS)).isEqualTo(901L);
		left.recordTokens(99);
		right.refresh();
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> right.check("gpt-5"));
	}

	@Test
	void manyThreadsLoseNothing() throws Exception {
		BudgetStore store = store();
		ExecutorService saving = Executors.newSingleThreadExecutor();
		ExecutorService threads = Executors.newFixedThreadPool(8);
		try {
			BudgetMonitor monitor = BudgetMonitor.builder(() -> Map.of(TOKENS, 1_000_000), Runnable::run)
				.clock(this.clock)
				.store(store, TENANT, AGENT, saving)
				.build();
			List<Future<?>> calls = new ArrayList<>();
			for (int i = 0; i < 400; i++) {
				calls.add(threads.submit(() -> AdmittedCall.begin(monitor, "gpt-5", 100, null).end(7)));
			}
			for (Future<?> call : calls) {
				call.get(60, TimeUnit.SECONDS);
			}
			monitor.close();
		}
		finally {
			threads.shutdownNow();
			saving.shutdown();
		}
		assertThat(saving.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
		store.close();
		assertThat(used(monitor(store()), TOKENS)).isEqualTo(2_800L);
	}

	@Test
	void aStoreThatFailsIsSaidOnceAndTriedAgain(CapturedOutput output) {
		FailingStore store = new FailingStore(store());
		BudgetMonitor monitor = monitor(store);
		monitor.recordTokens(100);
		store.fails = true;
		monitor.recordTokens(100);
		monitor.recordTokens(100);
		BudgetStatus status = monitor.status();
		assertThat(status.state()).isEqualTo(State.UNKNOWN);
		assertThat(status.reason()).isEqualTo("usage_not_kept");
		assertThat(BudgetMonitor.describe("usage_not_kept")).contains("lumoauth.budget.file");
		assertThat(used(monitor, TOKENS)).isEqualTo(300L);
		assertThatNoException().isThrownBy(() -> monitor.check("gpt-5"));
		assertThat(output).containsOnlyOnce("can't be saved (No space left on device)");
		store.fails = false;
		monitor.recordTokens(100);
		assertThat(monitor.status().state()).isEqualTo(State.AVAILABLE);
		assertThat(output).containsOnlyOnce("is saved again");
		assertThat(used(monitor(store), TOKENS)).isEqualTo(400L);
	}

	@Test
	void aStoreThatFailsRefusesCallsIfAnUnknownBudgetDoes() {
		FailingStore store = new FailingStore(store());
		BudgetMonitor monitor = BudgetMonitor.builder(() -> Map.of(TOKENS, 1000), Runnable::run)
			.clock(this.clock)
			.onUnavailable(OnUnavailable.REFUSE)
			.store(store, TENANT, AGENT, Runnable::run)
			.build();
		monitor.check("gpt-5");
		store.fails = true;
		monitor.recordTokens(1);
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> monitor.check("gpt-5"))
			.withMessageContaining("usage_not_kept");
	}

	@Test
	void aStoreThatFailsKeepsAnExhaustedBudgetExhausted() {
		FailingStore store = new FailingStore(store());
		BudgetMonitor monitor = monitor(store);
		store.fails = true;
		monitor.recordTokens(1000);
		assertThat(monitor.status().state()).isEqualTo(State.EXHAUSTED);
	}

	@Test
	void aFileIsUsedByOneProcess() {
		BudgetStore first = store();
		assertThatExceptionOfType(LumoAuthSetupException.class).isThrownBy(() -> BudgetStore.inFile(file()))
			.withMessageContaining("lumoauth.budget.file names the file " + file())
			.withMessageContaining("another application uses it");
		first.close();
		assertThatNoException().isThrownBy(this::store);
	}

	@Test
	void aSecondNameOfAFileIsTheSameFile() throws Exception {
		store();
		Path link = Files.createSymbolicLink(this.directory.resolve("link"), file());
		assertThatExceptionOfType(LumoAuthSetupException.class).isThrownBy(() -> BudgetStore.inFile(link))
			.withMessageContaining("another application uses it");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "LumoAuth budget 1\n", "LumoAuth budget 2\nend\n", "LumoAuth budget 1\nend\nmore\n",
			"LumoAuth budget 1\n2026-03-31T00:00:00Z 400 max_tokens_per_day agt t\n",
			"LumoAuth budget 1\n2026-03-31T00:00:00Z 400 max_tokens_per_day agt\nend\n",
			"LumoAuth budget 1\n2026-03-31T00:00:00Z -400 max_tokens_per_day agt t\nend\n",
			"LumoAuth budget 1\n2026-03-31T00:00:00Z 4e9 max_tokens_per_day agt t\nend\n",
			"LumoAuth budget 1\nyesterday 400 max_tokens_per_day agt t\nend\n",
			"LumoAuth budget 1\n2026-03-31T00:00:00Z 4 a b c\n2026-03-31T00:00:00Z 5 a b c\nend\n",
			"spring.application.name=something-else\n" })
	void aFileThatIsNotCompleteIsRefusedAndStays(String content) throws Exception {
		Files.writeString(file(), content);
		assertThatExceptionOfType(LumoAuthSetupException.class).isThrownBy(() -> BudgetStore.inFile(file()))
			.withMessageContaining("it is not a complete file of this library")
			.withMessageContaining("or delete it");
		assertThat(file()).hasContent(content);
	}

	@Test
	void aHalfWrittenNextFileChangesNothing() throws Exception {
		BudgetStore before = store();
		monitor(before).recordTokens(400);
		before.close();
		Files.writeString(this.directory.resolve("budget.tmp"), "LumoAuth budget 1\n2026-03-");
		assertThat(used(monitor(store()), TOKENS)).isEqualTo(400L);
	}

	@Test
	void aLinkInPlaceOfTheNextFileIsNotFollowed() throws Exception {
		Path other = Files.writeString(this.directory.resolve("other"), "of somebody else");
		Files.createSymbolicLink(this.directory.resolve("budget.tmp"), other);
		monitor(store()).recordTokens(400);
		assertThat(other).hasContent("of somebody else");
		assertThat(file()).isRegularFile();
	}

	@Test
	void theFileKeepsWhoMayReadIt() throws Exception {
		BudgetStore before = store();
		Set<PosixFilePermission> owner = PosixFilePermissions.fromString("rw-------");
		Files.setPosixFilePermissions(file(), owner);
		monitor(before).recordTokens(400);
		assertThat(Files.getPosixFilePermissions(file())).isEqualTo(owner);
	}

	@Test
	void aDirectoryThatIsMissingIsRefused() {
		Path file = this.directory.resolve("not-mounted").resolve("budget");
		assertThatExceptionOfType(LumoAuthSetupException.class).isThrownBy(() -> BudgetStore.inFile(file))
			.withMessageContaining("its directory does not exist")
			.withMessageContaining("Set lumoauth.budget.file to a file in a directory that exists");
		assertThat(this.directory.resolve("not-mounted")).doesNotExist();
		assertThatExceptionOfType(LumoAuthSetupException.class).isThrownBy(() -> BudgetStore.inFile(this.directory))
			.withMessageContaining("it is a directory");
	}

	@Test
	void aFileThatCannotBeReplacedIsRefused() throws Exception {
		// As in a directory that is read-only, which root could write to.
		Files.createDirectory(this.directory.resolve("budget.tmp"));
		assertThatExceptionOfType(LumoAuthSetupException.class).isThrownBy(() -> BudgetStore.inFile(file()))
			.withMessageContaining("lumoauth.budget.file names the file " + file())
			.withMessageContaining("that the application may write");
		Files.delete(this.directory.resolve("budget.tmp"));
		assertThatNoException().isThrownBy(this::store);
	}

	@Test
	void whatCannotBeWrittenIsNotKnown() throws Exception {
		BudgetStore store = store();
		Count count = new Count(TENANT, AGENT, TOKENS, Instant.parse("2026-03-31T00:00:00Z"),
				Instant.parse("2026-04-01T00:00:00Z"));
		assertThat(store.add(Map.of(count, 5L))).containsEntry(count, new Sum(5, 0));
		Path next = Files.createDirectory(this.directory.resolve("budget.tmp"));
		assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> store.add(Map.of(count, 5L)));
		Files.delete(next);
		assertThat(store.add(Map.of(count, 5L))).containsEntry(count, new Sum(10, 0));
		assertThat(store.add(Map.of(count, -7L))).containsEntry(count, new Sum(3, 0));
		assertThat(store.add(Map.of(count, Long.MAX_VALUE))).containsEntry(count, new Sum(Long.MAX_VALUE, 0));
	}

	/**
	 * Nobody says when such a call ends.
	 */
	@Test
	void aCallWithoutReservationHoldsNothing() {
		Set<Hold> open = new HashSet<>();
		BudgetMonitor monitor = monitor(new BudgetStore() {

			@Override
			public Map<Count, Sum> add(Map<Count, Long> amounts) {
				Map<Count, Sum> sums = new HashMap<>();
				amounts.forEach((count, amount) -> sums.put(count, new Sum(amount, 0)));
				return sums;
			}

			@Override
			public @Nullable Refusal reserve(Hold hold, boolean mayWait) {
				open.add(hold);
				return null;
			}

			@Override
			public void settle(@Nullable Hold hold, Map<Count, Long> used) {
				open.remove(hold);
			}

		});
		monitor.start("gpt-5");
		assertThat(open).isEmpty();
		assertThat(used(monitor, "max_api_calls_per_hour")).isEqualTo(1L);
	}

	private Path file() {
		return this.directory.resolve("budget");
	}

	private BudgetStore store() {
		BudgetStore store = BudgetStore.inFile(file());
		this.open.add(0, store);
		return store;
	}

	/**
	 * A killed process leaves the file as it is, and its lock ends.
	 */
	private BudgetStore storeAfterKill() throws IOException {
		Path copy = Files.copy(file(), this.directory.resolve("after-kill"), StandardCopyOption.REPLACE_EXISTING);
		BudgetStore store = BudgetStore.inFile(copy);
		this.open.add(0, store);
		return store;
	}

	private BudgetMonitor monitor(BudgetStore store) {
		return monitor(store, TENANT, AGENT);
	}

	private BudgetMonitor monitor(BudgetStore store, Map<String, Object> policy) {
		return monitor(store, TENANT, AGENT, policy);
	}

	private BudgetMonitor monitor(BudgetStore store, String tenant, String agent) {
		return monitor(store, tenant, agent, Map.of(TOKENS, 1000, "max_api_calls_per_hour", 10));
	}

	private BudgetMonitor monitor(BudgetStore store, String tenant, String agent,
			@Nullable Map<String, Object> policy) {
		BudgetMonitor monitor = BudgetMonitor.builder(() -> policy, Runnable::run)
			.clock(this.clock)
			.store(store, tenant, agent, Runnable::run)
			.build();
		monitor.status();
		return monitor;
	}

	private static @Nullable Number used(BudgetMonitor monitor, String limit) {
		BudgetStatus.Limit known = monitor.current().limit(limit);
		return (known != null) ? known.used() : null;
	}

	/**
	 * Counts until it is killed, and prints what was saved.
	 */
	static final class CountingProcess {

		private static final String SAVED = "saved ";

		public static void main(String[] arguments) {
			BudgetStore file = BudgetStore.inFile(Path.of(arguments[0]));
			BudgetStore printing = (amounts) -> {
				Map<Count, Sum> sums = file.add(amounts);
				sums.forEach((count, sum) -> {
					if (count.limit().equals(TOKENS)) {
						System.out.println(SAVED + sum.used());
					}
				});
				return sums;
			};
			BudgetMonitor monitor = BudgetMonitor.builder(() -> Map.of(TOKENS, Long.MAX_VALUE), Runnable::run)
				.clock(new ManualClock("2026-03-31T10:15:00Z"))
				.store(printing, TENANT, AGENT)
				.build();
			// It ends with the test that forgets to kill it: then nobody reads its lines.
			while (!System.out.checkError()) {
				monitor.recordTokens(1);
				Thread.yield();
			}
		}

	}

	private static final class FailingStore implements BudgetStore {

		private final BudgetStore store;

		private boolean fails;

		FailingStore(BudgetStore store) {
			this.store = store;
		}

		@Override
		public Map<Count, Sum> add(Map<Count, Long> amounts) {
			if (this.fails) {
				throw new UncheckedIOException("No space left on device", new IOException());
			}
			return this.store.add(amounts);
		}

	}

}
