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
import java.util.Arrays;
import java.util.Locale;

import dev.lumoauth.benchmarks.LoopbackLumoAuth;
import dev.lumoauth.benchmarks.MeasuredApplication;
import dev.lumoauth.benchmarks.Observed;
import dev.lumoauth.spring.LumoAuthAgent;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.method.MethodToolCallbackProvider;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.Assert;

/**
 * Takes the time of the first calls of a guarded tool in a new process: the first call
 * creates what the start has not created, and asks LumoAuth for a decision. With
 * {@code lumoauth.verify-at-start=warn}, which is the default, the application has asked
 * for its token in the background before, with the HTTP client and TLS that this loads;
 * with the argument {@code off}, the first call does that too. Start it several times.
 */
public final class FirstCallHarness {

	private static final int CALLS = 100;

	/** Until then, what runs in the background after the first request has run. */
	private static final long SETTLED_MILLIS = 5_000;

	private FirstCallHarness() {
	}

	/**
	 * Print the figures.
	 * @param args {@code off} so that LumoAuth is not asked at start
	 * @throws InterruptedException if this is to end
	 */
	public static void main(String... args) throws InterruptedException {
		boolean verified = args.length == 0;
		// Before the properties of the measured application.
		System.setProperty("lumoauth.verify-at-start", verified ? "warn" : "off");
		try (LoopbackLumoAuth lumoAuth = new LoopbackLumoAuth();
				ConfigurableApplicationContext context = MeasuredApplication.start(lumoAuth, Observed.NOT,
						Duration.ofMinutes(5), Tools.class)) {
			ToolCallback[] tools = context.getBean("guideTools", ToolCallbackProvider.class).getToolCallbacks();
			ToolCallback search = Arrays.stream(tools)
				.filter((tool) -> tool.getToolDefinition().name().startsWith("search"))
				.findFirst()
				.orElseThrow();
			for (int i = 0; verified && lumoAuth.requests().isEmpty() && i < 300; i++) {
				Thread.sleep(100);
			}
			Thread.sleep(verified ? SETTLED_MILLIS : 0);
			double[] millis = new double[CALLS];
			for (int i = 0; i < CALLS; i++) {
				long start = System.nanoTime();
				String answer = search.call("{\"query\":\"Q3\"}");
				millis[i] = (System.nanoTime() - start) / 1e6;
				Assert.state(answer.contains("Found 3 documents"), () -> "Another answer: " + answer);
			}
			System.out.printf(Locale.ROOT, "| first call, ms | second | %d. |%n|---|---|---|%n| %.1f | %.2f | %.3f |%n",
					CALLS, millis[0], millis[1], millis[CALLS - 1]);
		}
	}

	/**
	 * The guide's tools, as beans.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Tools {

		@Bean
		ToolCallbackProvider guideTools(LumoAuthAgent agent) {
			return MethodToolCallbackProvider.builder().toolObjects(new GuardedTools(agent)).build();
		}

	}

}
