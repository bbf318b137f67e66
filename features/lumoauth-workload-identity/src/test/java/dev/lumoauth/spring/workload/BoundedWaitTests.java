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
package dev.lumoauth.spring.workload;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.concurrent.SingleFlight;
import dev.lumoauth.spring.concurrent.WaitAllowance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link BoundedWait}.
 */
class BoundedWaitTests {

	private static final Duration MAX = Duration.ofMillis(300);

	private final BoundedWait wait = new BoundedWait("The other server", MAX);

	private final CountDownLatch end = new CountDownLatch(1);

	private final AtomicInteger asked = new AtomicInteger();

	@AfterEach
	void end() {
		this.end.countDown();
	}

	@Test
	void givesTheAnswer() {
		assertThat(this.wait.ask(() -> "answer")).isEqualTo("answer");
	}

	@Test
	void asksAgainAfterAWaitInVain() {
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> this.wait.ask(this::hang))
			.withMessage("The other server did not answer within 300 ms (lumoauth.max-wait)")
			.returns(false, WaitAllowance::isUsedUp);
		assertThat(this.wait.ask(() -> "answer")).isEqualTo("answer");
	}

	@Test
	void costsAThousandCallsTheTimeOfFew() {
		long start = System.nanoTime();
		for (int call = 0; call < 1_000; call++) {
			assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> this.wait.ask(this::hang))
				.returns(false, LumoAuthUnavailableException::isUnreachable);
		}
		assertThat(this.asked).hasValueLessThan(6);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(MAX.multipliedBy(20));
	}

	@Test
	void manyQuestionsAtATimeAreNoFailure() throws Exception {
		BoundedWait patient = new BoundedWait("Another server", Duration.ofMinutes(1));
		CountDownLatch running = new CountDownLatch(16);
		CountDownLatch answered = new CountDownLatch(1);
		List<CompletableFuture<String>> answers = new ArrayList<>();
		for (int question = 0; question < 16; question++) {
			answers.add(CompletableFuture.supplyAsync(() -> patient.ask(() -> {
				running.countDown();
				await(answered);
				return "answer";
			}), (task) -> new Thread(task).start()));
		}
		await(running);
		CompletableFuture<String> one = new CompletableFuture<>();
		Thread more = new Thread(() -> {
			try {
				one.complete(patient.ask(() -> "one more"));
			}
			catch (RuntimeException ex) {
				one.completeExceptionally(ex);
			}
		});
		more.start();
		while (more.getState() != Thread.State.TIMED_WAITING && more.isAlive()) {
			Thread.onSpinWait();
		}
		answered.countDown();
		assertThat(one).succeedsWithin(Duration.ofMinutes(1)).isEqualTo("one more");
		assertThat(answers)
			.allSatisfy((answer) -> assertThat(answer).succeedsWithin(Duration.ofMinutes(1)).isEqualTo("answer"));
	}

	@Test
	void isRefusedAtOnceWhileAnotherThreadAsks() throws Exception {
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> this.wait.ask(this::hang));
		BoundedWait patient = this.wait;
		SingleFlight<String, String> tokens = new SingleFlight<>(MAX);
		CountDownLatch asking = new CountDownLatch(1);
		CountDownLatch answered = new CountDownLatch(1);
		CompletableFuture<String> probe = CompletableFuture
			.supplyAsync(() -> tokens.run("token", () -> patient.ask(() -> {
				asking.countDown();
				await(answered);
				return "answer";
			})));
		asking.await();
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> patient.ask(() -> "answer"))
			.withMessage("The other server has failed with no answer in time, and is not asked for a moment");
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(() -> tokens.run("token", () -> "answer"));
		answered.countDown();
		assertThat(probe.join()).isEqualTo("answer");
	}

	@Test
	void aChatWaitsOnceForBoth() {
		new WaitAllowance().call(() -> {
			WaitAllowance.current().spend(MAX.toNanos(), System.nanoTime());
			assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> this.wait.ask(this::hang))
				.withMessageContaining("as long as lumoauth.max-wait allows")
				.returns(true, WaitAllowance::isUsedUp);
			return null;
		});
		assertThat(this.asked).hasValue(0);
		assertThat(this.wait.ask(() -> "answer")).isEqualTo("answer");
	}

	@Test
	void aChatThatHasLittleTimeLeftMakesNothingSuspect() {
		new WaitAllowance().call(() -> {
			WaitAllowance.current().spend(MAX.toNanos() - 1_000_000, System.nanoTime());
			assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> this.wait.ask(this::hang))
				.withMessageContaining("what was left of lumoauth.max-wait")
				.returns(true, WaitAllowance::isUsedUp);
			return null;
		});
		assertThat(this.wait.ask(() -> "answer")).isEqualTo("answer");
	}

	@Test
	void aWaitInVainCountsForTheChat() {
		new WaitAllowance().call(() -> {
			assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> this.wait.ask(this::hang));
			assertThat(WaitAllowance.current().left(MAX.toNanos(), System.nanoTime())).isNotPositive();
			return null;
		});
	}

	@Test
	void aFailureThatComesAtOnceIsThrownEachTime() {
		for (int call = 0; call < 10; call++) {
			assertThatIllegalStateException().isThrownBy(() -> this.wait.ask(() -> {
				this.asked.incrementAndGet();
				throw new IllegalStateException("wrong configuration");
			})).withMessage("wrong configuration");
		}
		assertThat(this.asked).hasValue(10);
	}

	@Test
	void aTimeoutOfItsOwnIsAWaitInVain() {
		Supplier<String> timeout = () -> {
			this.asked.incrementAndGet();
			throw new LumoAuthUnavailableException("no answer", new SocketTimeoutException("Read timed out"));
		};
		for (int call = 0; call < 10; call++) {
			assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> this.wait.ask(timeout));
		}
		assertThat(this.asked).hasValueLessThan(6);
	}

	@Test
	void anInterruptedCallerSaysNothingAboutTheOther() {
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> this.wait.ask(this::hang))
			.withMessageStartingWith("Interrupted");
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.wait.ask(() -> "answer")).isEqualTo("answer");
	}

	private String hang() {
		this.asked.incrementAndGet();
		await(this.end);
		return "too late";
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
