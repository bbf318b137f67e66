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

package dev.lumoauth.benchmarks.journey;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

import dev.lumoauth.benchmarks.LoopbackLumoAuth;
import dev.lumoauth.benchmarks.MeasuredApplication;
import dev.lumoauth.benchmarks.Observed;
import dev.lumoauth.spring.LumoAuthAgent;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.model.tool.DefaultToolCallingManager;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.Assert;

/**
 * Counts the requests to LumoAuth, and takes the time, of the guide's run: on the starter
 * and done plainly, the first time in an application and later. The model and the MCP
 * server take no time; LumoAuth is as far away as is said.
 */
public final class JourneyHarness {

	private static final int APPLICATIONS = 15;

	private static final int RUNS = 40;

	private static final String ANSWER = "\"Found 3 documents matching 'Q3 performance'\" \"Retrieved EBITDA: $1.2M\"";

	private JourneyHarness() {
	}

	/**
	 * Print the figures.
	 * @param args none
	 */
	public static void main(String... args) {
		System.out.println("| LumoAuth is away | way | run | requests to LumoAuth | for the budget | ms (median) |");
		System.out.println("|---|---|---|---|---|---|");
		for (Duration away : List.of(Duration.ZERO, Duration.ofMillis(20))) {
			try (LoopbackLumoAuth lumoAuth = new LoopbackLumoAuth(away)) {
				print(away, "plain", lumoAuth, () -> new PlainRun(lumoAuth));
				print(away, "starter", lumoAuth, () -> new StarterRun(lumoAuth));
			}
		}
	}

	/**
	 * Do each run, and find out what it needs.
	 * @param lumoAuth who is asked
	 * @param way makes an application
	 * @param applications how many applications are started
	 * @param runs how often each runs after the first time
	 * @return the first run and the others
	 */
	static Figures[] measure(LoopbackLumoAuth lumoAuth, Supplier<? extends Run> way, int applications, int runs) {
		Figures cold = new Figures();
		Figures warm = new Figures();
		for (int i = 0; i < applications; i++) {
			lumoAuth.reset();
			try (Run run = way.get()) {
				for (int j = 0; j <= runs; j++) {
					lumoAuth.reset();
					long start = System.nanoTime();
					String answer = run.ask();
					long took = System.nanoTime() - start;
					Assert.state(ANSWER.equals(answer), () -> "Another answer: " + answer);
					((j == 0) ? cold : warm).add(took, lumoAuth.requests());
				}
			}
		}
		return new Figures[] { cold, warm };
	}

	private static void print(Duration away, String way, LoopbackLumoAuth lumoAuth, Supplier<? extends Run> run) {
		measure(lumoAuth, run, 3, RUNS); // until the code is compiled
		Figures[] figures = measure(lumoAuth, run, APPLICATIONS, RUNS);
		figures[0].print(away, way, "first");
		figures[1].print(away, way, "later");
	}

	/**
	 * One way of doing it.
	 */
	interface Run extends AutoCloseable {

		String ask();

		@Override
		void close();

	}

	/**
	 * What was measured of one kind of run.
	 */
	static final class Figures {

		private final List<Long> nanos = new ArrayList<>();

		private Map<String, Long> requests = new TreeMap<>();

		private void add(long took, Map<String, Long> asked) {
			this.nanos.add(took);
			if (count(asked) >= count(this.requests)) {
				this.requests = asked;
			}
		}

		private static long count(Map<String, Long> asked) {
			return asked.values().stream().mapToLong(Long::longValue).sum();
		}

		/**
		 * The most that a run needed.
		 */
		Map<String, Long> requests() {
			return this.requests;
		}

		private void print(Duration away, String way, String run) {
			long budget = this.requests.getOrDefault("oauth/userinfo", 0L);
			Map<String, Long> others = new TreeMap<>(this.requests);
			others.remove("oauth/userinfo");
			long median = this.nanos.stream().sorted().skip(this.nanos.size() / 2).findFirst().orElseThrow();
			System.out.printf(Locale.ROOT, "| %d ms | %s | %s | %d %s | %d | %.2f |%n", away.toMillis(), way, run,
					count(others), others.isEmpty() ? "" : others.keySet(), budget, median / 1e6);
		}

	}

	/**
	 * On the starter.
	 */
	static final class StarterRun implements Run {

		private final ConfigurableApplicationContext context;

		private final ChatClient chat;

		private final GuardedTools tools;

		StarterRun(LoopbackLumoAuth lumoAuth) {
			this.context = MeasuredApplication.start(lumoAuth, Observed.BY_SPRING_AI, Duration.ofMinutes(5),
					Beans.class);
			this.chat = this.context.getBean(ChatClient.Builder.class).build();
			this.tools = new GuardedTools(this.context.getBean(LumoAuthAgent.class));
		}

		@Override
		public String ask() {
			return String.valueOf(this.chat.prompt("?").tools(this.tools).call().content());
		}

		@Override
		public void close() {
			this.context.close();
		}

	}

	/**
	 * By hand. The first run starts with the token.
	 */
	static final class PlainRun implements Run {

		private final ChatClient chat = ChatClient.create(new GuideModel(DefaultToolCallingManager.builder().build()));

		private final LoopbackLumoAuth lumoAuth;

		private @Nullable PlainTools tools;

		PlainRun(LoopbackLumoAuth lumoAuth) {
			this.lumoAuth = lumoAuth;
		}

		@Override
		public String ask() {
			PlainTools tools = this.tools;
			if (tools == null) {
				tools = new PlainTools(this.lumoAuth);
				this.tools = tools;
			}
			return String.valueOf(this.chat.prompt("?").tools(tools).call().content());
		}

		@Override
		public void close() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		GuideModel chatModel(ToolCallingManager manager) {
			return new GuideModel(manager);
		}

	}

}
