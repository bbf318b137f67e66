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

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthBudgetAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.RequiresCapability;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * That guarded calls, tokens and budgets that have to be asked for keep no carrier of a
 * virtual thread. From Java 24 on, where a monitor pins nothing any more: what is left is
 * native code and initializers. Before, {@code MonitorsTests} sees to it that nothing
 * waits that holds a monitor.
 */
@Timeout(120)
class VirtualThreadsTests {

	private static final int THREADS = 100;

	private static final String API = "/t/acme/api/v1/";

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	@TempDir
	private Path folder;

	@BeforeAll
	static void needsVirtualThreads() {
		assumeTrue(Runtime.version().feature() >= 24,
				"Disabled on JREs before 24, where a monitor pins a virtual thread");
	}

	@Test
	void pinsNoVirtualThread() {
		lumoAuth.stubFor(post(urlPathEqualTo(API + "oauth/token")).willReturn(
				okJson("{\"access_token\":\"token\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"scope\":\"openid\","
						+ "\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\"}")));
		lumoAuth.stubFor(post(urlPathEqualTo(API + "authz/check"))
			.willReturn(okJson("{\"allowed\":true,\"permission\":\"read:documents\"}")));
		lumoAuth.stubFor(get(urlPathEqualTo(API + "oauth/userinfo")).willReturn(
				okJson("{\"sub\":\"agt_1\",\"budget_policy\":{\"max_tokens_per_day\":100,\"tokens_used_today\":1}}")));
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(TaskExecutionAutoConfiguration.class, LumoAuthAutoConfiguration.class,
							LumoAuthBudgetAutoConfiguration.class, LumoAuthMethodSecurityAutoConfiguration.class))
			.withBean(Documents.class)
			.withPropertyValues("spring.threads.virtual.enabled=true", "lumoauth.url=" + lumoAuth.baseUrl(),
					"lumoauth.tenant=acme", "lumoauth.client-id=agt_1", "lumoauth.client-secret=secret")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				// Classes are loaded and initialized once.
				for (int i = 0; i < THREADS; i++) {
					call(context, -1 - i);
				}
				List<RecordedEvent> pinned = record(context);
				assertThat(pinned).as("what pins on purpose")
					.anyMatch((event) -> hasFrame(event, Pinning.class.getName()));
				assertThat(pinned).filteredOn((event) -> hasFrame(event, "dev.lumoauth.spring."))
					.filteredOn((event) -> !hasFrame(event, Pinning.class.getName()))
					.isEmpty();
			});
	}

	private List<RecordedEvent> record(ApplicationContext context) throws Exception {
		try (Recording recording = new Recording()) {
			recording.enable("jdk.VirtualThreadPinned").withThreshold(Duration.ZERO).withStackTrace();
			recording.start();
			try (ClosingExecutor executor = new ClosingExecutor(virtualThreads())) {
				executor.run(Pinning::new);
				List<Callable<Object>> calls = new ArrayList<>();
				for (int i = 0; i < THREADS; i++) {
					int number = i;
					calls.add(() -> call(context, number));
				}
				executor.runAll(calls);
			}
			recording.stop();
			Path file = this.folder.resolve("pinned.jfr");
			recording.dump(file);
			return RecordingFile.readAllEvents(file);
		}
	}

	/**
	 * Each asks LumoAuth, alone or with those who need the same.
	 */
	private static Object call(ApplicationContext context, int number) {
		LumoAuthAgent agent = context.getBean(LumoAuthAgent.class);
		switch (number & 3) {
			case 0 -> {
				context.getBean(CapabilityDecisions.class).invalidate();
				assertThat(context.getBean(Documents.class).read()).isEqualTo("documents");
			}
			case 1 -> agent.mcpToken("urn:server:" + (number & ~7));
			case 2 -> context.getBean(BudgetMonitor.class).refresh();
			default -> agent.accessToken();
		}
		return agent.budget();
	}

	/**
	 * By reflection: this is compiled for Java 17.
	 */
	private static ExecutorService virtualThreads() throws ReflectiveOperationException {
		return (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
	}

	private static boolean hasFrame(RecordedEvent event, String prefix) {
		return event.getStackTrace() != null && event.getStackTrace()
			.getFrames()
			.stream()
			.anyMatch((frame) -> frame.getMethod().getType().getName().startsWith(prefix));
	}

	static class Documents {

		@RequiresCapability("read:documents")
		public String read() {
			return "documents";
		}

	}

	/**
	 * A thread that waits in an initializer can't let its carrier go.
	 */
	static class Pinning {

		static {
			LockSupport.parkNanos(1);
		}

	}

	/**
	 * Waits for all that it runs, which fails if one of them does.
	 *
	 * @param executor on whose threads
	 */
	private record ClosingExecutor(ExecutorService executor) implements AutoCloseable {

		void run(Callable<?> call) throws Exception {
			this.executor.submit(call).get(60, TimeUnit.SECONDS);
		}

		void runAll(List<Callable<Object>> calls) throws Exception {
			for (Future<Object> each : this.executor.invokeAll(calls, 90, TimeUnit.SECONDS)) {
				each.get();
			}
		}

		@Override
		public void close() {
			this.executor.shutdownNow();
		}

	}

}
