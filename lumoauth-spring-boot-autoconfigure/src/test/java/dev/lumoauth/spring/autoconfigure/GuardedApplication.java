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

package dev.lumoauth.spring.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.http.LumoAuthConnector;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * An application with guarded code, on a clock of its own and with a single thread that
 * calls it. That thread has to give each call back, or the test fails.
 */
final class GuardedApplication implements AutoCloseable {

	static final String UNAVAILABLE = "Error: authorization is unavailable; try again later.";

	/** Many times what the configured timeouts add up to. */
	private static final long LIMIT_SECONDS = 20;

	/** More than a busy machine takes for an answer. */
	static final Duration MAX_WAIT = Duration.ofSeconds(15);

	private final ExecutorService caller = Executors.newSingleThreadExecutor();

	private final Documents documents;

	private final ToolCallback tool;

	private final List<String> capabilities;

	private final LumoAuthAgent agent;

	private final AtomicInteger runs;

	private final ManualClock clock;

	private final Runnable forget;

	GuardedApplication(ApplicationContext context) {
		this(context, "documents", "searchDocuments", "read:documents");
	}

	private GuardedApplication(ApplicationContext context, String documents, String tool, String... capabilities) {
		this.documents = context.getBean(documents, Documents.class);
		this.tool = context.getBean(tool, ToolCallback.class);
		this.capabilities = List.of(capabilities);
		this.agent = context.getBean(LumoAuthAgent.class);
		this.runs = context.getBean(AtomicInteger.class);
		this.clock = context.getBean(ManualClock.class);
		this.forget = () -> {
			context.getBean(LumoAuthTokens.class).forget();
			context.getBean(CapabilityDecisions.class).invalidate();
		};
	}

	/**
	 * One whose guarded code needs several capabilities, which are asked for together.
	 */
	static GuardedApplication ofSeveralCapabilities(ApplicationContext context) {
		return new GuardedApplication(context, "archive", "searchArchive", "read:documents", "read:archive",
				"read:notes");
	}

	static ApplicationContextRunner runner(String url) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, LumoAuthAutoConfiguration.class,
					LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthToolAutoConfiguration.class))
			.withUserConfiguration(Beans.class)
			.withPropertyValues("lumoauth.url=" + url, "lumoauth.tenant=acme", "lumoauth.client-id=agt_1",
					"lumoauth.client-secret=pa55word-of-the-agent", "lumoauth.max-wait=" + MAX_WAIT,
					"lumoauth.connect-timeout=10s", "lumoauth.read-timeout=10s");
	}

	Documents documents() {
		return this.documents;
	}

	int runs() {
		return this.runs.get();
	}

	void advance(Duration duration) {
		this.clock.advance(duration);
	}

	/**
	 * Know nothing, as after a start.
	 */
	void forget() {
		this.forget.run();
	}

	/**
	 * Call what is guarded in each way. Nothing may run, and the error is to be the one
	 * given, with what matches these patterns in its message.
	 */
	void assertRefused(Class<? extends Throwable> error, List<String> causes) {
		int before = runs();
		assertThat(failure(this.documents::read)).satisfies((ex) -> isOf(error, ex))
			.message()
			.doesNotContain("pa55word", "token-1")
			.satisfies(
					(message) -> assertThat(causes).allSatisfy((cause) -> assertThat(message).containsPattern(cause)));
		// Whoever asks next may be told that LumoAuth is left alone for a while.
		isOf(error, failure(this::ask));
		isOf(error, failure(() -> this.documents.readLater().block()));
		assertThat(call(() -> this.tool.call("{}"))).isEqualTo(UNAVAILABLE);
		assertThat(runs()).as("runs").isEqualTo(before);
	}

	/**
	 * What the agent's tokens remember of credentials that were refused has a type of its
	 * own, which nobody else knows.
	 */
	static void isOf(Class<? extends Throwable> error, @Nullable Throwable failure) {
		if (error == LumoAuthAuthenticationException.class) {
			assertThat(failure).isInstanceOf(error);
		}
		else {
			assertThat(failure).isExactlyInstanceOf(error);
		}
	}

	private Object ask() {
		return (this.capabilities.size() == 1) ? this.agent.hasCapability(this.capabilities.get(0))
				: this.agent.hasCapabilities(this.capabilities);
	}

	/**
	 * Call what is guarded in each way, and see it run.
	 */
	void assertRuns() {
		int before = runs();
		assertThat(call(this.documents::read)).isEqualTo("documents");
		assertThat(call(() -> this.documents.readLater().block())).isEqualTo("documents");
		assertThat(call(() -> this.tool.call("{}"))).isEqualTo("\"documents\"");
		assertThat(runs()).as("runs").isEqualTo(before + 3);
	}

	@Nullable Throwable failure(Callable<Object> call) {
		AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
		call(() -> {
			failure.set(catchThrowable(call::call));
			return "";
		});
		return failure.get();
	}

	<T> T call(Callable<T> call) {
		try {
			return this.caller.submit(call).get(LIMIT_SECONDS, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new AssertionError("The call failed or didn't end", ex);
		}
	}

	@Override
	public void close() {
		this.caller.shutdownNow();
	}

	@Configuration(proxyBeanMethods = false)
	@Import(OnManualClock.class)
	static class Beans {

		/**
		 * Waits before a second try on that clock too.
		 */
		@Bean
		LumoAuthHttp http(AgentRuntimes agents, ManualClock clock) {
			return agents.main().get(LumoAuthConnector.class).open("agt_1").pause(clock::advance).build();
		}

		@Bean
		AtomicInteger runs() {
			return new AtomicInteger();
		}

		@Bean
		Documents documents(AtomicInteger runs) {
			return new Documents(runs);
		}

		@Bean
		@RequiresCapability("read:documents")
		ToolCallback searchDocuments(AtomicInteger runs) {
			return FunctionToolCallback.builder("searchDocuments", new Documents(runs)::run).build();
		}

		@Bean
		Archive archive(AtomicInteger runs) {
			return new Archive(runs);
		}

		@Bean
		@RequiresCapability({ "read:documents", "read:archive", "read:notes" })
		ToolCallback searchArchive(AtomicInteger runs) {
			return FunctionToolCallback.builder("searchArchive", new Archive(runs)::run).build();
		}

	}

	static class Documents {

		private final AtomicInteger runs;

		Documents(AtomicInteger runs) {
			this.runs = runs;
		}

		@RequiresCapability("read:documents")
		public String read() {
			return run();
		}

		@RequiresCapability("read:documents")
		public Mono<String> readLater() {
			return Mono.fromSupplier(this::run);
		}

		final String run() {
			this.runs.incrementAndGet();
			return "documents";
		}

	}

	static class Archive extends Documents {

		Archive(AtomicInteger runs) {
			super(runs);
		}

		@Override
		@RequiresCapability({ "read:documents", "read:archive", "read:notes" })
		public String read() {
			return run();
		}

		@Override
		@RequiresCapability({ "read:documents", "read:archive", "read:notes" })
		public Mono<String> readLater() {
			return Mono.fromSupplier(this::run);
		}

	}

}
