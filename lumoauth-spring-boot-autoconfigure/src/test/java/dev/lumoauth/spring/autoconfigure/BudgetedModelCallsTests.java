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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthBudgetAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.budget.BudgetExhaustedException;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.budget.BudgetSource;
import dev.lumoauth.spring.budget.chat.ChatBudget;
import dev.lumoauth.spring.capability.CapabilitySource;
import dev.lumoauth.spring.capability.RequiresCapability;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.MediaContent;
import org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration;
import org.springframework.ai.model.openai.autoconfigure.OpenAiChatAutoConfiguration;
import org.springframework.ai.model.tool.autoconfigure.ToolCallingAutoConfiguration;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tokenizer.TokenCountEstimator;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.notContaining;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/**
 * The budget on real model calls: Spring AI's OpenAI model against a stub over HTTP,
 * through every kind of client, with exact counts.
 */
class BudgetedModelCallsTests {

	private static final String PATH = "/v1/chat/completions";

	private static final String PROMPT = "where is 42?";

	@RegisterExtension
	static final WireMockExtension openai = WireMockExtension.newInstance()
		.options(wireMockConfig().dynamicPort())
		.build();

	private final Map<String, Object> policy = new LinkedHashMap<>(
			Map.of("max_tokens_per_day", 1_000_000, "max_api_calls_per_hour", 1000));

	private final AtomicInteger reads = new AtomicInteger();

	private final ApplicationContextRunner withoutObservations = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthBudgetAutoConfiguration.class,
				ToolCallingAutoConfiguration.class, ChatClientAutoConfiguration.class,
				OpenAiChatAutoConfiguration.class))
		.withBean(BudgetSource.class, () -> () -> {
			this.reads.incrementAndGet();
			return this.policy;
		})
		.withBean(TokenCountEstimator.class, CharacterCounter::new)
		.withUserConfiguration(OnManualClock.class)
		.withPropertyValues("lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1", "lumoauth.client-secret=secret",
				"spring.ai.openai.base-url=" + openai.baseUrl() + "/v1", "spring.ai.openai.api-key=none",
				"spring.ai.openai.chat.model=stub-model", "spring.ai.openai.max-retries=0");

	private final ApplicationContextRunner runner = this.withoutObservations
		.withConfiguration(AutoConfigurations.of(ObservationAutoConfiguration.class));

	@ParameterizedTest
	@EnumSource(Way.class)
	void countsOneCallOnceWithOneReadForAll(Way way) {
		answers("It is here.", usage(100, 20));
		answersStreamed(usage(100, 20), "It is ", "here.");
		this.policy.put("allowed_models", List.of("stub-model"));
		this.runner.run((context) -> {
			assertThat(way.ask(context)).isEqualTo("It is here.");
			assertUsed(context, 1, 120);
			assertThat(way.ask(context)).isEqualTo("It is here.");
			assertUsed(context, 2, 240);
			assertThat(this.reads).hasValue(1);
		});
	}

	@ParameterizedTest
	@EnumSource(Way.class)
	void estimatesACallWhoseProviderGivesNoUsage(Way way) {
		answers("It is here.", null);
		answersStreamed(null, "It is ", "here.");
		this.runner.run((context) -> {
			way.ask(context);
			ToolDefinition tool = ToolCallbacks.from(new LookupTool())[0].getToolDefinition();
			int tools = way.withTools ? tool.name().length() + tool.description().length() + tool.inputSchema().length()
					: 0;
			assertUsed(context, 1, PROMPT.length() + tools + "It is here.".length());
		});
	}

	@ParameterizedTest
	@EnumSource(value = Way.class, names = { "BUILDER_CALL", "BUILDER_STREAM", "CREATED_CALL", "CREATED_STREAM" })
	void countsEveryRoundOfAToolLoopOnce(Way way) {
		threeRounds(way.streamed);
		this.runner.run((context) -> {
			assertThat(way.ask(context)).isEqualTo("done");
			openai.verify(3, postRequestedFor(urlEqualTo(PATH)));
			assertUsed(context, 3, 120 + 230 + 340);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "0s", "30s" })
	void countsAStreamOnceWhoseToolsHaveToBeAskedAbout(String lifetime) {
		threeRounds(true);
		this.runner
			.withConfiguration(AutoConfigurations.of(LumoAuthMethodSecurityAutoConfiguration.class,
					LumoAuthToolAutoConfiguration.class))
			.withBean(CapabilitySource.class,
					() -> (names) -> names.stream().collect(Collectors.toMap(Function.identity(), (name) -> true)))
			.withPropertyValues("lumoauth.capabilities.cache.allow-ttl=" + lifetime)
			.run((context) -> {
				List<String> parts = context.getBean(ChatClient.Builder.class)
					.build()
					.prompt(PROMPT)
					.tools(new GuardedLookupTool())
					.stream()
					.content()
					.collectList()
					.block();
				assertThat(String.join("", parts)).isEqualTo("done");
				assertUsed(context, 3, 120 + 230 + 340);
			});
	}

	@ParameterizedTest
	@EnumSource(value = Way.class, names = { "BUILDER_CALL", "BUILDER_STREAM", "CREATED_CALL" })
	void refusesTheNextRoundOfAToolLoop(Way way) {
		threeRounds(way.streamed);
		this.policy.put("max_tokens_per_day", 121);
		this.runner.run((context) -> {
			assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> way.ask(context))
				.withMessage("Agent budget exhausted for today.")
				.satisfies((ex) -> assertThat(ex.getLimitName()).isEqualTo("max_tokens_per_day"))
				.satisfies((ex) -> assertThat(ex.getUsed()).isEqualTo(120L + 230));
			openai.verify(2, postRequestedFor(urlEqualTo(PATH)));
			assertUsed(context, 2, 120 + 230);
		});
	}

	@ParameterizedTest
	@EnumSource(value = Way.class, names = { "BUILDER_CALL", "BUILDER_STREAM", "CREATED_CALL", "CREATED_STREAM" })
	void refusesTheNextCallOfAToolLoop(Way way) {
		threeRounds(way.streamed);
		this.policy.put("max_api_calls_per_hour", 2);
		this.runner.run((context) -> {
			assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> way.ask(context))
				.satisfies((ex) -> assertThat(ex.getLimitName()).isEqualTo("max_api_calls_per_hour"));
			openai.verify(2, postRequestedFor(urlEqualTo(PATH)));
			assertUsed(context, 2, 120 + 230);
		});
	}

	@Test
	void refusesWithoutAskingTheModelOnceExhausted() {
		answers("It is here.", usage(1, 1));
		this.policy.put("api_calls_this_hour", 999);
		this.runner.run((context) -> {
			Way.BUILDER_CALL.ask(context);
			for (Way way : Way.values()) {
				assertThatExceptionOfType(BudgetExhaustedException.class).as(way.name())
					.isThrownBy(() -> way.ask(context))
					.satisfies((ex) -> assertThat(ex.getLimitName()).isEqualTo("max_api_calls_per_hour"))
					.satisfies((ex) -> assertThat(ex.getModel()).isEqualTo("stub-model"));
			}
			openai.verify(1, postRequestedFor(urlEqualTo(PATH)));
		});
	}

	@Test
	void refusesWithoutBootsModuleForObservations() {
		this.policy.put("allowed_models", List.of("gpt-5-mini"));
		this.withoutObservations
			.withConfiguration(AutoConfigurations.of(LumoAuthMethodSecurityAutoConfiguration.class,
					LumoAuthToolAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader(ObservationAutoConfiguration.class))
			.run((context) -> {
				for (Way way : Way.values()) {
					assertThatExceptionOfType(BudgetExhaustedException.class).as(way.name())
						.isThrownBy(() -> way.ask(context));
				}
				openai.verify(0, postRequestedFor(urlEqualTo(PATH)));
			});
	}

	@Test
	void refusesAModelThatIsNotAllowed() {
		this.policy.put("allowed_models", List.of("gpt-5-mini"));
		this.runner.run((context) -> {
			for (Way way : Way.values()) {
				assertThatExceptionOfType(BudgetExhaustedException.class).as(way.name())
					.isThrownBy(() -> way.ask(context))
					.satisfies((ex) -> assertThat(ex.getLimitName()).isEqualTo("allowed_models"))
					.satisfies((ex) -> assertThat(ex.getModel()).isEqualTo("stub-model"));
			}
			openai.verify(0, postRequestedFor(urlEqualTo(PATH)));
		});
	}

	@Test
	void countsAFailedCallWithoutTokens() {
		openai.stubFor(post(PATH).willReturn(aResponse().withStatus(401).withBody("{}")));
		this.runner.run((context) -> {
			for (Way way : Way.values()) {
				assertThatException().as(way.name())
					.isThrownBy(() -> way.ask(context))
					.withStackTraceContaining("401: {}");
				assertUsed(context, way.ordinal() + 1, 0);
			}
		});
	}

	@Test
	void countsAndDoesNotRefuseWhenNotEnforced() {
		answers("It is here.", usage(100, 20));
		answersStreamed(usage(100, 20), "It is here.");
		this.policy.put("max_tokens_per_day", 100);
		this.policy.put("allowed_models", List.of("other"));
		this.runner.withPropertyValues("lumoauth.budget.enforce=false").run((context) -> {
			for (Way way : Way.values()) {
				way.ask(context);
				way.ask(context);
				assertUsed(context, 2 * (way.ordinal() + 1), 240 * (way.ordinal() + 1));
			}
		});
	}

	@Test
	void refusesAnUnknownBudgetIfConfigured() {
		ApplicationContextRunner unavailable = this.runner.withBean("unavailable", BudgetSource.class, () -> () -> {
			throw new LumoAuthUnavailableException("down", null);
		}, (definition) -> definition.setPrimary(true));
		answers("It is here.", usage(100, 20));
		answersStreamed(usage(100, 20), "It is here.");
		Way[] ways = Way.values();
		unavailable
			.run((context) -> assertThat(ways).extracting((way) -> way.ask(context)).containsOnly("It is here."));
		unavailable.withPropertyValues("lumoauth.budget.on-unavailable=refuse")
			.run((context) -> assertThat(ways)
				.allSatisfy((way) -> assertThatExceptionOfType(LumoAuthUnavailableException.class)
					.isThrownBy(() -> way.ask(context))
					.withMessageContaining("lumoauth.budget.on-unavailable")));
		openai.verify(ways.length, postRequestedFor(urlEqualTo(PATH)));
	}

	@Test
	void countsACancelledStreamByWhatWasSentAndReceived() {
		slowStream();
		this.runner.run((context) -> {
			String first = context.getBean(ChatClient.Builder.class)
				.build()
				.prompt(PROMPT)
				.stream()
				.content()
				.blockFirst();
			assertThat(first).isEqualTo("Hello");
			assertUsed(context, 1, PROMPT.length() + "Hello".length());
		});
	}

	@Test
	void countsThePromptOfACancelledStreamOfTheModelItself() {
		slowStream();
		this.runner.run((context) -> {
			ChatResponse first = context.getBean(ChatModel.class).stream(new Prompt(PROMPT)).blockFirst();
			assertThat(first).isNotNull();
			assertUsed(context, 1, PROMPT.length());
		});
	}

	@Test
	void aStreamThatNobodySubscribesToIsNoCall() {
		this.runner.run((context) -> {
			context.getBean(ChatClient.Builder.class).build().prompt(PROMPT).stream().content();
			assertUsed(context, 0, 0);
			assertThat(this.reads).as("the assertion's own").hasValue(1);
		});
	}

	@Test
	void theFirstReadDoesNotBlockAnEventLoop() {
		answersStreamed(usage(100, 20), "It is here.");
		List<String> threads = new ArrayList<>();
		this.runner.withBean("watched", BudgetSource.class, () -> () -> {
			threads.add(Thread.currentThread().getName());
			return this.policy;
		}, (definition) -> definition.setPrimary(true)).run((context) -> {
			ChatClient client = context.getBean(ChatClient.Builder.class).build();
			String answer = Mono.just(PROMPT)
				.publishOn(Schedulers.parallel())
				.flatMapMany((prompt) -> client.prompt(prompt).stream().content())
				.collectList()
				.map((parts) -> String.join("", parts))
				.block();
			assertThat(answer).isEqualTo("It is here.");
			assertThat(threads).singleElement().asString().startsWith("boundedElastic");
			assertUsed(context, 1, 120);
		});
	}

	@Test
	void aModelCalledByATool() {
		this.runner.run((context) -> {
			openai.stubFor(post(PATH).inScenario("nested")
				.whenScenarioStateIs(Scenario.STARTED)
				.willReturn(okJson(toolCall("ask", usage(100, 20))))
				.willSetStateTo("inner"));
			openai.stubFor(post(PATH).inScenario("nested")
				.whenScenarioStateIs("inner")
				.willReturn(okJson(answer("inner", usage(7, 3))))
				.willSetStateTo("outer"));
			openai.stubFor(post(PATH).inScenario("nested")
				.whenScenarioStateIs("outer")
				.willReturn(okJson(answer("done", usage(200, 30)))));
			ChatModel model = context.getBean(ChatModel.class);
			String answer = context.getBean(ChatClient.Builder.class)
				.build()
				.prompt(PROMPT)
				.tools(new AskingTool(model))
				.call()
				.content();
			assertThat(answer).isEqualTo("done");
			assertUsed(context, 3, 120 + 10 + 230);
		});
	}

	@Test
	void anAdvisorAddedTwiceCountsOnce() {
		answers("It is here.", usage(100, 20));
		answersStreamed(usage(100, 20), "It is here.");
		this.runner.run((context) -> {
			ChatClient client = context.getBean(ChatClient.Builder.class)
				.defaultAdvisors(ChatBudget.advisor(context.getBean(BudgetMonitor.class), null))
				.build();
			client.prompt(PROMPT).call().content();
			assertUsed(context, 1, 120);
			client.prompt(PROMPT).stream().content().blockLast();
			assertUsed(context, 2, 240);
		});
	}

	@Test
	void theAdvisorCountsAloneWhereTheModelIsNotObserved() {
		answers("It is here.", usage(100, 20));
		answersStreamed(usage(100, 20), "It is here.");
		this.runner.withPropertyValues("management.observations.enable.gen_ai=false").run((context) -> {
			Way.BUILDER_CALL.ask(context);
			Way.BUILDER_STREAM.ask(context);
			assertUsed(context, 2, 240);
			Way.CREATED_CALL.ask(context);
			assertUsed(context, 2, 240);
		});
	}

	private void assertUsed(ApplicationContext context, long calls, long tokens) {
		BudgetMonitor monitor = context.getBean(BudgetMonitor.class);
		long before = (this.policy.get("api_calls_this_hour") instanceof Integer used) ? used : 0;
		// An observation of a stream stops just after the stream has ended.
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
		while (tokens(monitor) < tokens && System.nanoTime() < deadline) {
			Thread.onSpinWait();
		}
		assertThat(monitor.status().limits()).extracting(BudgetStatus.Limit::name, BudgetStatus.Limit::used)
			.containsExactly(tuple("max_tokens_per_day", tokens), tuple("max_api_calls_per_hour", before + calls));
	}

	private static long tokens(BudgetMonitor monitor) {
		BudgetStatus.Limit limit = monitor.status().limit("max_tokens_per_day");
		return (limit != null && limit.used() != null) ? limit.used().longValue() : 0;
	}

	private static void answers(String text, String usage) {
		openai.stubFor(
				post(PATH).withRequestBody(notContaining("\"stream\":true")).willReturn(okJson(answer(text, usage))));
	}

	private static void answersStreamed(String usage, String... parts) {
		openai.stubFor(post(PATH).withRequestBody(containing("\"stream\":true"))
			.willReturn(aResponse().withHeader("Content-Type", "text/event-stream").withBody(stream(usage, parts))));
	}

	private static void slowStream() {
		String body = stream(usage(100, 20), "Hello", " world", "!");
		// In four pieces over four seconds: the first holds the first part alone.
		openai.stubFor(post(PATH).willReturn(aResponse().withHeader("Content-Type", "text/event-stream")
			.withBody(body.replaceFirst("\n\n", "\n\n" + ": padding\n".repeat(40)))
			.withChunkedDribbleDelay(4, 4000)));
	}

	private static void threeRounds(boolean streamed) {
		String[] bodies = streamed
				? new String[] { streamedToolCall("lookup", usage(100, 20)), streamedToolCall("lookup", usage(200, 30)),
						stream(usage(300, 40), "do", "ne") }
				: new String[] { toolCall("lookup", usage(100, 20)), toolCall("lookup", usage(200, 30)),
						answer("done", usage(300, 40)) };
		String state = Scenario.STARTED;
		for (int round = 0; round < bodies.length; round++) {
			openai.stubFor(post(PATH).inScenario("rounds")
				.whenScenarioStateIs(state)
				.willReturn(aResponse().withHeader("Content-Type", streamed ? "text/event-stream" : "application/json")
					.withBody(bodies[round]))
				.willSetStateTo("round " + (round + 1)));
			state = "round " + (round + 1);
		}
	}

	private static String usage(int prompt, int completion) {
		return "\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_tokens\":%d}".formatted(prompt,
				completion, prompt + completion);
	}

	private static String answer(String text, String usage) {
		return completion("\"stop\"", "{\"role\":\"assistant\",\"content\":\"%s\"}".formatted(text), usage);
	}

	private static String toolCall(String tool, String usage) {
		return completion("\"tool_calls\"",
				"{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_0\",\"type\":\"function\","
						+ "\"function\":{\"name\":\"%s\",\"arguments\":\"{}\"}}]}".formatted(tool),
				usage);
	}

	private static String completion(String finishReason, String message, String usage) {
		return "{\"id\":\"1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"stub-model\",\"choices\":"
				+ "[{\"index\":0,\"finish_reason\":%s,\"message\":%s}]%s}".formatted(finishReason, message,
						(usage != null) ? "," + usage : "");
	}

	private static String stream(String usage, String... parts) {
		StringBuilder stream = new StringBuilder();
		for (String part : parts) {
			stream.append(chunk("{\"role\":\"assistant\",\"content\":\"%s\"}".formatted(part), "null"));
		}
		return stream.append(chunk("{}", "\"stop\"")).append(end(usage)).toString();
	}

	private static String streamedToolCall(String tool, String usage) {
		return chunk(
				"{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"index\":0,\"id\":\"call_0\","
						+ "\"type\":\"function\",\"function\":{\"name\":\"%s\",\"arguments\":\"\"}}]}".formatted(tool),
				"null") + chunk("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]}", "null")
				+ chunk("{}", "\"tool_calls\"") + end(usage);
	}

	private static String chunk(String delta, String finishReason) {
		return "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"stub-model\","
				+ "\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}]}\n\n".formatted(delta, finishReason);
	}

	private static String end(String usage) {
		String last = (usage != null) ? "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,"
				+ "\"model\":\"stub-model\",\"choices\":[],%s}\n\n".formatted(usage) : "";
		return last + "data: [DONE]\n\n";
	}

	/**
	 * The ways to call a model.
	 */
	enum Way {

		/** The auto-configured builder: the advisor. */
		BUILDER_CALL(false, true) {

			@Override
			String ask(ApplicationContext context) {
				return client(context).prompt(PROMPT).tools(new LookupTool()).call().content();
			}

		},

		BUILDER_STREAM(true, true) {

			@Override
			String ask(ApplicationContext context) {
				return joined(client(context).prompt(PROMPT).tools(new LookupTool()));
			}

		},

		/** No default advisors: the observation. */
		CREATED_CALL(false, true) {

			@Override
			String ask(ApplicationContext context) {
				return created(context).prompt(PROMPT).tools(new LookupTool()).call().content();
			}

		},

		CREATED_STREAM(true, true) {

			@Override
			String ask(ApplicationContext context) {
				return joined(created(context).prompt(PROMPT).tools(new LookupTool()));
			}

		},

		MODEL_CALL(false, false) {

			@Override
			String ask(ApplicationContext context) {
				return context.getBean(ChatModel.class).call(PROMPT);
			}

		},

		MODEL_STREAM(true, false) {

			@Override
			String ask(ApplicationContext context) {
				return String.join("", context.getBean(ChatModel.class).stream(PROMPT).collectList().block());
			}

		};

		private final boolean streamed;

		private final boolean withTools;

		Way(boolean streamed, boolean withTools) {
			this.streamed = streamed;
			this.withTools = withTools;
		}

		abstract String ask(ApplicationContext context);

		private static ChatClient client(ApplicationContext context) {
			return context.getBean(ChatClient.Builder.class).build();
		}

		private static ChatClient created(ApplicationContext context) {
			return ChatClient.create(context.getBean(ChatModel.class));
		}

		private static String joined(ChatClient.ChatClientRequestSpec request) {
			return String.join("", request.stream().content().collectList().block());
		}

	}

	static final class LookupTool {

		@Tool(name = "lookup", description = "")
		String lookup() {
			return "";
		}

	}

	static final class GuardedLookupTool {

		@Tool(name = "lookup", description = "")
		@RequiresCapability("read:documents")
		String lookup() {
			return "";
		}

	}

	static final class AskingTool {

		private final ChatModel model;

		AskingTool(ChatModel model) {
			this.model = model;
		}

		@Tool(name = "ask", description = "")
		String ask() {
			return ChatClient.create(this.model).prompt("inner question").call().content();
		}

	}

	static final class CharacterCounter implements TokenCountEstimator {

		@Override
		public int estimate(String text) {
			return text.length();
		}

		@Override
		public int estimate(MediaContent content) {
			throw new UnsupportedOperationException();
		}

		@Override
		public int estimate(Iterable<MediaContent> messages) {
			throw new UnsupportedOperationException();
		}

	}

}
