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

package dev.lumoauth.spring.tool;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.ai.chat.client.ChatClient.ChatClientRequestSpec;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.AdvisorChain;
import org.springframework.ai.chat.client.advisor.api.BaseAdvisor;

/**
 * The ways in which a thread can wait for the answer of a chat.
 */
public enum ChatMode {

	CALL((request) -> request.call().content()),

	BLOCK((request) -> joined(request.stream().content()).block(Duration.ofMinutes(1))),

	SUBSCRIBE((request) -> subscribed(request).orTimeout(1, TimeUnit.MINUTES).join()),

	/**
	 * With an advisor that changes the thread before the guard, as Spring AI's own do.
	 */
	ADVISED_SUBSCRIBE((request) -> SUBSCRIBE.ask(request.advisors(new SwitchingAdvisor()))),

	ADVISED_BLOCK((request) -> BLOCK.ask(request.advisors(new SwitchingAdvisor())));

	private final Function<ChatClientRequestSpec, String> ask;

	ChatMode(Function<ChatClientRequestSpec, String> ask) {
		this.ask = ask;
	}

	public String ask(ChatClientRequestSpec request) {
		return this.ask.apply(request);
	}

	/**
	 * Subscribe by hand, on this thread, and wait for nothing.
	 */
	public static CompletableFuture<String> subscribed(ChatClientRequestSpec request) {
		CompletableFuture<String> answer = new CompletableFuture<>();
		joined(request.stream().content()).subscribe(answer::complete, answer::completeExceptionally);
		return answer;
	}

	static Mono<String> joined(Flux<String> stream) {
		return stream.collectList().map((parts) -> String.join("", parts));
	}

	private static final class SwitchingAdvisor implements BaseAdvisor {

		@Override
		public ChatClientRequest before(ChatClientRequest request, AdvisorChain chain) {
			return request;
		}

		@Override
		public ChatClientResponse after(ChatClientResponse response, AdvisorChain chain) {
			return response;
		}

		@Override
		public int getOrder() {
			return HIGHEST_PRECEDENCE + 100;
		}

	}

}
