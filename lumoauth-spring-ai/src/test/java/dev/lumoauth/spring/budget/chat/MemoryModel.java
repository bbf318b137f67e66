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
package dev.lumoauth.spring.budget.chat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.observation.ChatModelObservationDocumentation;
import org.springframework.ai.chat.observation.DefaultChatModelObservationConvention;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;

/**
 * A model in memory that observes its calls as Spring AI's own do, says how often it was
 * really called, and takes 120 tokens for an answer.
 */
class MemoryModel implements ChatModel {

	static final int TOKENS = 120;

	private final ObservationRegistry registry;

	private final AtomicInteger calls = new AtomicInteger();

	private final AtomicInteger answers = new AtomicInteger();

	private volatile int failures;

	private volatile CountDownLatch gate = new CountDownLatch(0);

	/**
	 * Create a model.
	 * @param registry the registry, {@link ObservationRegistry#NOOP} for a model that is
	 * not observed
	 */
	MemoryModel(ObservationRegistry registry) {
		this.registry = registry;
	}

	int calls() {
		return this.calls.get();
	}

	int answers() {
		return this.answers.get();
	}

	/**
	 * Have the next calls fail.
	 */
	MemoryModel failing(int calls) {
		this.failures = calls;
		return this;
	}

	/**
	 * Have calls wait.
	 */
	void gate(CountDownLatch gate) {
		this.gate = gate;
	}

	@Override
	public ChatOptions getOptions() {
		return ChatOptions.builder().model("memory").build();
	}

	@Override
	public ChatResponse call(Prompt prompt) {
		ChatModelObservationContext context = context(prompt);
		return observation(context).observe(() -> {
			begin();
			ChatResponse response = answer("It is here.", TOKENS);
			context.setResponse(response);
			return response;
		});
	}

	@Override
	public Flux<ChatResponse> stream(Prompt prompt) {
		return Flux.deferContextual((subscriber) -> {
			ChatModelObservationContext context = context(prompt);
			Observation observation = observation(context);
			observation.parentObservation(subscriber.getOrDefault(ObservationThreadLocalAccessor.KEY, null));
			observation.start();
			return Flux.defer(() -> {
				begin();
				return Flux.just(answer("It is ", 0), answer("here.", TOKENS));
			})
				.doOnComplete(() -> context.setResponse(answer("It is here.", TOKENS)))
				.doOnError(observation::error)
				.doFinally((signal) -> observation.stop())
				.contextWrite((ctx) -> ctx.put(ObservationThreadLocalAccessor.KEY, observation));
		});
	}

	private void begin() {
		this.calls.incrementAndGet();
		try {
			this.gate.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		if (this.failures > 0) {
			this.failures--;
			throw new IllegalStateException("The provider is down");
		}
		this.answers.incrementAndGet();
	}

	private static ChatModelObservationContext context(Prompt prompt) {
		return ChatModelObservationContext.builder().prompt(prompt).provider("memory").build();
	}

	private Observation observation(ChatModelObservationContext context) {
		return ChatModelObservationDocumentation.CHAT_MODEL_OPERATION.observation(null,
				new DefaultChatModelObservationConvention(), () -> context, this.registry);
	}

	static ChatResponse answer(String text, int tokens) {
		return new ChatResponse(List.of(new Generation(new AssistantMessage(text))),
				ChatResponseMetadata.builder().usage(new DefaultUsage(tokens, 0, tokens)).build());
	}

}
