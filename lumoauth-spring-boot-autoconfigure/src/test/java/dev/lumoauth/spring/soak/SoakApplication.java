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

package dev.lumoauth.spring.soak;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.token.AuthorizationInterceptor;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.RequestAuthorizer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.autoconfigure.ToolCallingAutoConfiguration;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/**
 * An application whose guarded code is reached in every way that there is. Each call says
 * when it began, so that what runs can be judged.
 */
final class SoakApplication {

	static final Duration READ_TIMEOUT = Duration.ofMillis(500);

	private final ApplicationContext context;

	private final Documents documents;

	private final ToolCallback function;

	private final ChatClient chat;

	private final RestClient service;

	SoakApplication(ApplicationContext context) {
		this.context = context;
		this.documents = context.getBean(Documents.class);
		this.function = context.getBean("function", ToolCallback.class);
		this.chat = context.getBean(ChatClient.Builder.class).build();
		URI lumoAuth = URI.create(context.getEnvironment().getRequiredProperty("lumoauth.url"));
		JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory();
		requests.setReadTimeout(READ_TIMEOUT);
		this.service = RestClient.builder()
			.requestFactory(requests)
			.requestInterceptor(new AuthorizationInterceptor(RequestAuthorizer
				.exchanging(context.getBean(LumoAuthTokens.class), SoakLumoAuth.SERVICE, Origin.of(lumoAuth))))
			.build();
	}

	static ApplicationContextRunner runner(SoakLumoAuth lumoAuth, Judge judge, Duration allowLife) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, ObservationAutoConfiguration.class,
					ToolCallingAutoConfiguration.class, ChatClientAutoConfiguration.class,
					LumoAuthAutoConfiguration.class, LumoAuthMethodSecurityAutoConfiguration.class,
					LumoAuthToolAutoConfiguration.class))
			.withBean(Judge.class, () -> judge)
			.withUserConfiguration(Beans.class)
			.withPropertyValues("lumoauth.url=" + lumoAuth.url(), "lumoauth.tenant=acme", "lumoauth.client-id=agt_soak",
					"lumoauth.client-secret=soak", "lumoauth.connect-timeout=500ms",
					"lumoauth.read-timeout=" + READ_TIMEOUT.toMillis() + "ms",
					"lumoauth.capabilities.cache.allow-ttl=" + allowLife.toMillis() + "ms",
					"lumoauth.capabilities.cache.deny-ttl=200ms");
	}

	/**
	 * The ways to guarded code.
	 */
	enum Path {

		METHOD((application, start) -> application.documents.read(start)),

		METHOD_OF_SEVERAL((application, start) -> application.documents.compare(start)),

		REACTIVE((application, start) -> application.documents.readLater(start).block()),

		NEVER_GRANTED((application, start) -> application.documents.delete(start)),

		CALLBACK((application, start) -> application.function.call("{\"start\":" + start + "}")),

		CHAT((application, start) -> application.request(start).call().content()),

		STREAM((application, start) -> application.request(start).stream().content().collectList().block()),

		SERVICE((application, start) -> application.service.get()
			.uri(application.context.getEnvironment().getRequiredProperty("lumoauth.url") + "/service")
			.retrieve()
			.toBodilessEntity());

		private final Call call;

		Path(Call call) {
			this.call = call;
		}

		Object call(SoakApplication application, long start) {
			return this.call.call(application, start);
		}

	}

	private ChatClient.ChatClientRequestSpec request(long start) {
		return this.chat.prompt(String.valueOf(start)).tools(new Inline(this.context.getBean(Judge.class)));
	}

	private interface Call {

		Object call(SoakApplication application, long start);

	}

	/**
	 * Is told of each run of guarded code.
	 */
	interface Judge {

		/**
		 * Guarded code runs.
		 * @param path how it was reached
		 * @param start when the call began that made it run
		 * @param capabilities what it needs
		 */
		String runs(String path, long start, String... capabilities);

	}

	static class Documents {

		private final Judge judge;

		Documents(Judge judge) {
			this.judge = judge;
		}

		@RequiresCapability("a")
		public String read(long start) {
			return this.judge.runs("METHOD", start, "a");
		}

		@RequiresCapability({ "b", "c" })
		public String compare(long start) {
			return this.judge.runs("METHOD_OF_SEVERAL", start, "b", "c");
		}

		@RequiresCapability("d")
		public Mono<String> readLater(long start) {
			return Mono.fromSupplier(() -> this.judge.runs("REACTIVE", start, "d"));
		}

		@RequiresCapability("never")
		public String delete(long start) {
			return this.judge.runs("NEVER_GRANTED", start, "never");
		}

	}

	/**
	 * Tools that are no bean.
	 */
	static class Inline {

		private final Judge judge;

		Inline(Judge judge) {
			this.judge = judge;
		}

		@Tool
		@RequiresCapability("a")
		String readInline(long start) {
			return this.judge.runs("CHAT", start, "a");
		}

		@Tool
		@RequiresCapability("c")
		String writeInline(long start) {
			return this.judge.runs("CHAT", start, "c");
		}

		@Tool
		@RequiresCapability("never")
		String deleteInline(long start) {
			return this.judge.runs("CHAT", start, "never");
		}

	}

	record Question(long start) {
	}

	/**
	 * A model that calls every tool, whatever it is offered.
	 */
	static class Model implements ChatModel {

		@Override
		public ChatResponse call(Prompt prompt) {
			List<Message> messages = prompt.getInstructions();
			if (messages.get(messages.size() - 1) instanceof ToolResponseMessage response) {
				return new ChatResponse(
						List.of(new Generation(new AssistantMessage(response.getResponses().toString()))));
			}
			String start = messages.stream()
				.filter(UserMessage.class::isInstance)
				.findFirst()
				.map(Message::getText)
				.orElseThrow();
			List<AssistantMessage.ToolCall> calls = new ArrayList<>();
			for (String tool : List.of("readInline", "writeInline", "deleteInline")) {
				calls.add(new AssistantMessage.ToolCall(tool, "function", tool, "{\"start\":" + start + "}"));
			}
			return new ChatResponse(
					List.of(new Generation(AssistantMessage.builder().content("").toolCalls(calls).build())));
		}

		@Override
		public Flux<ChatResponse> stream(Prompt prompt) {
			return Flux.defer(() -> Flux.just(call(prompt)));
		}

		@Override
		public ToolCallingChatOptions getOptions() {
			return ToolCallingChatOptions.builder().build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		Documents documents(Judge judge) {
			return new Documents(judge);
		}

		@Bean
		@RequiresCapability("b")
		ToolCallback function(Judge judge) {
			return FunctionToolCallback
				.builder("function", (Question question) -> judge.runs("CALLBACK", question.start(), "b"))
				.inputType(Question.class)
				.build();
		}

		@Bean
		Model model() {
			return new Model();
		}

	}

}
