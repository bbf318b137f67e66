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

package dev.lumoauth.spring.test;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.process.Approvals;
import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.guard.CallArguments;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.test.analyst.AnalystApplication;
import dev.lumoauth.spring.test.analyst.Components;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.test.context.TestContextManager;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for what belongs to a test and what doesn't: two test classes that share an
 * application context, step by step as JUnit takes them through it.
 */
@Execution(ExecutionMode.SAME_THREAD)
@Timeout(60)
class TurnTests {

	private final ExecutorService elsewhere = Executors.newSingleThreadExecutor();

	private final Steps first = new Steps(First.class);

	private final Steps second = new Steps(Second.class);

	@BeforeEach
	void start() throws Exception {
		this.first.manager.beforeTestClass();
	}

	@AfterEach
	void end() throws Exception {
		this.elsewhere.shutdownNow();
		this.first.manager.afterTestClass();
	}

	@Test
	void whatAClassDoesBeforeAndAfterItsTestsGetsNoAnswer() throws Exception {
		for (String phase : new String[] { "before", "after" }) {
			if (phase.equals("after")) {
				this.first.begin("reads");
				this.first.end();
			}
			assertThatExceptionOfType(LumoAuthUnavailableException.class).as(phase)
				.isThrownBy(this.first::hasCapability)
				.withMessageContaining(
						"This is code of " + First.class.getName() + " that belongs to none of its tests")
				.withMessageContaining("Move it to @BeforeEach");
			assertThatExceptionOfType(LumoAuthUnavailableException.class).as(phase)
				.isThrownBy(() -> this.first.lumoAuth().accessToken());
			assertThat(this.first.ask()).as(phase).contains("Error: authorization is unavailable");
			assertThatExceptionOfType(LumoAuthUnavailableException.class).as(phase)
				.isThrownBy(() -> assertThat(this.first.agent()).askedNothing());
			assertThatExceptionOfType(LumoAuthUnavailableException.class).as(phase)
				.isThrownBy(() -> this.first.agent().grant("read:documents"));
		}
	}

	@Test
	void whatAClassDoesBeforeItsTestsSeesNothingOfAnotherClasssTest() throws Exception {
		this.first.begin("reads");
		assertThat(this.first.hasCapability()).isTrue();
		this.first.lumoAuth().accessToken();
		this.elsewhere.submit(() -> {
			this.second.manager.beforeTestClass();
			assertThat(this.second.context()).isSameAs(this.first.context());
			assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(this.second::hasCapability)
				.withMessageContaining("This is code of " + Second.class.getName());
			assertThatExceptionOfType(LumoAuthUnavailableException.class)
				.isThrownBy(() -> this.second.lumoAuth().accessToken());
			assertThatExceptionOfType(LumoAuthUnavailableException.class)
				.isThrownBy(() -> this.second.lumoAuth().mcpToken("urn:mcp:financial-data"));
			assertThatExceptionOfType(LumoAuthUnavailableException.class)
				.isThrownBy(() -> this.second.lumoAuth().hasCapability("delete:documents"));
			assertThatExceptionOfType(LumoAuthUnavailableException.class)
				.isThrownBy(() -> this.second.agent().deny("read:documents"));
			this.second.manager.afterTestClass();
			return null;
		}).get();
		assertThat(this.first.hasCapability()).isTrue();
		assertThat(this.first.lumoAuth().hasCapability("delete:documents")).isFalse();
		assertThat(this.first.agent()).asked("delete:documents").exchangedNothing();
		this.first.end();
	}

	@Test
	void aQuestionFromOutsideDoesNotFailTheTestThatAsksTheSame() throws Exception {
		this.first.begin("reads");
		for (int i = 0; i < 5; i++) {
			this.elsewhere.submit(() -> {
				this.second.manager.beforeTestClass();
				assertThatExceptionOfType(LumoAuthUnavailableException.class)
					.isThrownBy(() -> this.second.lumoAuth().info());
				this.second.manager.afterTestClass();
				return null;
			}).get();
		}
		assertThat(this.first.lumoAuth().info().agentId()).isEqualTo("test-agent");
		this.first.end();
	}

	@Test
	void aNestedClassIsOutsideAndSoIsTheClassAroundItAfterwards() throws Exception {
		Steps nested = new Steps(First.Inside.class);
		nested.manager.beforeTestClass();
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(this.first::hasCapability)
			.withMessageContaining(First.Inside.class.getName());
		nested.manager.afterTestClass();
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(this.first::hasCapability)
			.withMessageContaining(First.class.getName() + " that");
	}

	@Test
	void whatATestHandsToAnExecutorWorksForIt() throws Exception {
		this.first.begin("reads");
		assertThat(this.first.executor().submit(this.first::hasCapability).get()).isTrue();
		assertThat(this.elsewhere.submit(this.first::hasCapability).get()).isTrue();
		assertThat(CompletableFuture.supplyAsync(this.first::hasCapability).get()).isTrue();
		assertThat(Mono.fromCallable(this.first::hasCapability).subscribeOn(Schedulers.boundedElastic()).block())
			.isTrue();
		this.first.end();
	}

	@Test
	void theSameThreadsWorkForTheNextTest() throws Exception {
		whatATestHandsToAnExecutorWorksForIt();
		this.first.begin("mayNothing");
		assertThat(this.first.executor().submit(this.first::hasCapability).get()).isFalse();
		assertThat(this.elsewhere.submit(this.first::hasCapability).get()).isFalse();
		assertThat(Mono.fromCallable(this.first::hasCapability).subscribeOn(Schedulers.boundedElastic()).block())
			.isFalse();
		this.first.end();
	}

	@Test
	void workLeftBehindGetsNoAnswerInTheNextTest() throws Exception {
		this.first.begin("mayNothing");
		CountDownLatch over = new CountDownLatch(1);
		Future<Boolean> spring = this.first.executor().submit(() -> {
			over.await();
			return this.first.lumoAuth().hasCapability("delete:documents");
		});
		CompletableFuture<Boolean> composed = CompletableFuture.supplyAsync(() -> {
			awaitUninterruptibly(over);
			return this.first.lumoAuth().hasCapability("delete:documents");
		}, this.first.executor());
		CompletableFuture<Boolean> reactive = Mono.fromCallable(() -> {
			over.await();
			return this.first.lumoAuth().hasCapability("delete:documents");
		}).subscribeOn(Schedulers.boundedElastic()).toFuture();
		this.first.end();
		this.first.begin("reads");
		over.countDown();
		for (Future<Boolean> left : List.of(spring, composed, reactive)) {
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(left::get)
				.havingRootCause()
				.isInstanceOf(LumoAuthUnavailableException.class)
				.withMessageContaining("The test " + First.class.getName()
						+ ".mayNothing() has ended, but work that it started is still running");
		}
		assertThat(this.first.agent()).askedNothing();
		this.first.end();
	}

	@Test
	void workLeftBehindInAnyPoolGetsNoAnswerBetweenTests() throws Exception {
		this.first.begin("reads");
		CountDownLatch over = new CountDownLatch(1);
		CompletableFuture<Boolean> left = CompletableFuture.supplyAsync(() -> {
			awaitUninterruptibly(over);
			return this.first.hasCapability();
		}, this.elsewhere);
		this.first.end();
		over.countDown();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(left::get)
			.havingRootCause()
			.withMessageContaining("No test with @WithAgent has its turn");
		this.first.begin("reads");
		assertThat(this.first.agent()).askedNothing();
		this.first.end();
	}

	@Test
	void whatWaitsForAPersonEndsWithItsTest() throws Exception {
		this.first.begin("reads");
		LumoAuthApprovals approvals = this.first.context().getBean(LumoAuthApprovals.class);
		Approval asked = approvals.request("pay", CallArguments.NONE,
				new ApprovalRule("Pay", Impact.HIGH, "", List.of()));
		CompletableFuture<Approval> decision = this.first.context().getBean(Approvals.class).decision(asked);
		this.first.end();
		assertThat(decision).isCompletedWithValueMatching((approval) -> approval.state() == ApprovalState.PENDING);
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(approvals::pending)
			.withMessageContaining("belongs to none of its tests");
		this.first.begin("reads");
		assertThat(approvals.pending()).isEmpty();
		assertThatIllegalArgumentException().isThrownBy(() -> approvals.resume(asked.id()));
		this.first.end();
	}

	@Test
	void theApplicationStartsWithoutAnyCapability() {
		assertThat(this.first.context().getBean(AtStart.class)).hasToString("false false");
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@SpringBootTest(classes = AnalystApplication.class, properties = "spring.application.name=turns")
	@Import(AtStart.class)
	@WithAgent("read:documents")
	static class First {

		void reads() {
		}

		@WithAgent
		void mayNothing() {
		}

		@WithAgent
		static class Inside {

		}

	}

	@SpringBootTest(classes = AnalystApplication.class, properties = "spring.application.name=turns")
	@Import(AtStart.class)
	@WithAgent
	static class Second {

		void reads() {
		}

	}

	/**
	 * Asks while the context starts.
	 */
	@TestConfiguration
	static class AtStart implements ApplicationRunner {

		private final LumoAuthAgent lumoAuth;

		private final boolean created;

		private boolean run = true;

		AtStart(LumoAuthAgent lumoAuth) {
			this.lumoAuth = lumoAuth;
			this.created = lumoAuth.hasCapability("read:documents");
		}

		@Override
		public void run(ApplicationArguments arguments) {
			this.lumoAuth.accessToken();
			this.run = this.lumoAuth.hasCapability("read:documents");
		}

		@Override
		public String toString() {
			return this.created + " " + this.run;
		}

	}

	/**
	 * The steps that JUnit takes with a test class.
	 */
	private static final class Steps {

		private final TestContextManager manager;

		private final Class<?> type;

		Steps(Class<?> type) {
			this.type = type;
			this.manager = new TestContextManager(type);
		}

		void begin(String method) throws Exception {
			Object instance = ReflectionUtils.accessibleConstructor(this.type).newInstance();
			this.manager.beforeTestMethod(instance, ReflectionUtils.findMethod(this.type, method));
		}

		void end() throws Exception {
			this.manager.afterTestMethod(this.manager.getTestContext().getTestInstance(),
					this.manager.getTestContext().getTestMethod(), null);
		}

		ApplicationContext context() {
			return this.manager.getTestContext().getApplicationContext();
		}

		LumoAuthAgent lumoAuth() {
			return context().getBean(LumoAuthAgent.class);
		}

		boolean hasCapability() {
			return lumoAuth().hasCapability("read:documents");
		}

		String ask() {
			return context().getBean(Components.Analyst.class).ask("searchCompanyDocuments Q3");
		}

		AsyncTaskExecutor executor() {
			return context().getBean(AsyncTaskExecutor.class);
		}

		TestAgent agent() {
			return context().getBean(TestAgent.class);
		}

	}

}
