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

package dev.lumoauth.benchmarks;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import dev.lumoauth.spring.capability.RequiresCapability;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.DefaultToolCallingManager;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.method.MethodToolCallback;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ReflectionUtils;

/**
 * A chat request that offers many guarded tools, all answers in memory, up to where a
 * model would send it; beside the same request with tools that are not annotated, in an
 * application without the starter.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init")
public class OfferBenchmark {

	/**
	 * How many tools are offered.
	 */
	@Param({ "5", "50", "500" })
	public int tools;

	private LoopbackLumoAuth lumoAuth;

	private ConfigurableApplicationContext context;

	private ChatClient guarded;

	private Object[] guardedTools;

	private ChatClient plain;

	private ChatClient observed;

	private Object[] plainTools;

	/**
	 * Start the application, and have each capability asked about once.
	 */
	@Setup
	public void start() {
		this.lumoAuth = new LoopbackLumoAuth();
		this.context = MeasuredApplication.start(this.lumoAuth, Observed.BY_SPRING_AI, Duration.ofHours(1),
				Beans.class);
		this.guarded = this.context.getBean(ChatClient.Builder.class).build();
		this.guardedTools = tools(new GuardedTools());
		this.plain = ChatClient.create(new NoModel(DefaultToolCallingManager.builder().build()));
		this.observed = ChatClient.create(new NoModel(DefaultToolCallingManager.builder().build()),
				this.context.getBean(ObservationRegistry.class));
		this.plainTools = tools(new PlainTools());
		guardedOffer();
	}

	private Object[] tools(Object object) {
		List<ToolCallback> callbacks = new ArrayList<>();
		for (int i = 0; i < this.tools; i++) {
			Method method = Objects
				.requireNonNull(ReflectionUtils.findMethod(object.getClass(), "tool" + (i % 5), String.class));
			callbacks.add(MethodToolCallback.builder()
				.toolDefinition(ToolDefinition.builder()
					.name("tool" + i)
					.description("A tool.")
					.inputSchema("{\"type\":\"object\"}")
					.build())
				.toolMethod(method)
				.toolObject(object)
				.build());
		}
		return callbacks.toArray();
	}

	/**
	 * Stop it.
	 */
	@TearDown
	public void stop() {
		this.context.close();
		this.lumoAuth.close();
	}

	/**
	 * Offer the guarded tools.
	 * @return the model's answer
	 */
	@Benchmark
	public @Nullable String guardedOffer() {
		return this.guarded.prompt("?").tools(this.guardedTools).call().content();
	}

	/**
	 * Offer the others.
	 * @return the model's answer
	 */
	@Benchmark
	public @Nullable String plainOffer() {
		return this.plain.prompt("?").tools(this.plainTools).call().content();
	}

	/**
	 * Offer the others where chats are observed, as they are in an application with the
	 * starter, or with metrics.
	 * @return the model's answer
	 */
	@Benchmark
	public @Nullable String observedPlainOffer() {
		return this.observed.prompt("?").tools(this.plainTools).call().content();
	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		NoModel chatModel(ToolCallingManager manager) {
			return new NoModel(manager);
		}

	}

	/**
	 * Does what every model does before it sends a request, and sends none.
	 */
	static class NoModel implements ChatModel {

		/** With what it used, as models say: otherwise the budget has to estimate it. */
		private static final ChatResponse ANSWER = new ChatResponse(
				List.of(new Generation(new AssistantMessage("answer"))),
				ChatResponseMetadata.builder().usage(new DefaultUsage(100, 10)).build());

		private final ToolCallingManager manager;

		NoModel(ToolCallingManager manager) {
			this.manager = manager;
		}

		@Override
		public ChatResponse call(Prompt prompt) {
			if (prompt.getOptions() instanceof ToolCallingChatOptions options) {
				this.manager.resolveToolDefinitions(options);
			}
			return ANSWER;
		}

		@Override
		public ToolCallingChatOptions getOptions() {
			return ToolCallingChatOptions.builder().build();
		}

	}

	static class PlainTools {

		String tool0(String query) {
			return query;
		}

		String tool1(String query) {
			return query;
		}

		String tool2(String query) {
			return query;
		}

		String tool3(String query) {
			return query;
		}

		String tool4(String query) {
			return query;
		}

	}

	static class GuardedTools {

		@RequiresCapability("read:a")
		String tool0(String query) {
			return query;
		}

		@RequiresCapability("read:b")
		String tool1(String query) {
			return query;
		}

		@RequiresCapability("read:c")
		String tool2(String query) {
			return query;
		}

		@RequiresCapability("read:d")
		String tool3(String query) {
			return query;
		}

		@RequiresCapability("read:e")
		String tool4(String query) {
			return query;
		}

	}

}
