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
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.method.MethodGuardConfiguration;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A guarded bean that a client calls for a request of an MCP server: what the server
 * reads of a refusal.
 */
class McpClientHandlerTests {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(
			Application.class);

	private final FakeDecisions decisions = this.context.getBean(FakeDecisions.class);

	private final Person person = this.context.getBean(Person.class);

	private final Server server = new Server();

	@BeforeEach
	void reset() {
		this.decisions.reset();
	}

	@AfterEach
	void close() {
		this.context.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void anAsynchronousHandlerTellsNothingOfAnOutage(boolean cached) throws Exception {
		this.decisions.unavailable();
		if (cached) {
			this.decisions.cached();
		}
		asynchronous();
		assertThat(this.server.elicited()).contains("Error: authorization is unavailable; try again later.")
			.doesNotContain("lumo.internal");
	}

	@Test
	void aSynchronousHandlerTellsNothingOfAnOutage() throws Exception {
		this.decisions.unavailable();
		synchronous();
		assertThat(this.server.elicited()).contains("Error: authorization is unavailable; try again later.")
			.doesNotContain("lumo.internal");
	}

	@Test
	void aHandlerAnswersWithItsCapability() throws Exception {
		this.decisions.grant("elicit");
		asynchronous();
		assertThat(this.server.elicited()).contains("DECLINE");
	}

	private void asynchronous() {
		McpAsyncClient client = McpClient.async(this.server)
			.elicitation((request) -> this.person.later())
			.capabilities(McpSchema.ClientCapabilities.builder().elicitation().build())
			.build();
		client.initialize().block(Duration.ofSeconds(30));
	}

	private void synchronous() {
		McpSyncClient client = McpClient.sync(this.server)
			.elicitation((request) -> this.person.now())
			.capabilities(McpSchema.ClientCapabilities.builder().elicitation().build())
			.build();
		client.initialize();
	}

	static class Person {

		@RequiresCapability("elicit")
		McpSchema.ElicitResult now() {
			return McpSchema.ElicitResult.builder(McpSchema.ElicitResult.Action.DECLINE).build();
		}

		@RequiresCapability("elicit")
		Mono<McpSchema.ElicitResult> later() {
			return Mono
				.fromSupplier(() -> McpSchema.ElicitResult.builder(McpSchema.ElicitResult.Action.DECLINE).build());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(MethodGuardConfiguration.class)
	static class Application {

		@Bean
		FakeDecisions decisions() {
			return new FakeDecisions();
		}

		@Bean
		Person person() {
			return new Person();
		}

	}

	/**
	 * A server at the other end of a transport in memory.
	 */
	private static final class Server implements McpClientTransport {

		private final Sinks.Many<McpSchema.JSONRPCMessage> sent = Sinks.many().unicast().onBackpressureBuffer();

		private final BlockingQueue<McpSchema.JSONRPCResponse> answers = new LinkedBlockingQueue<>();

		/**
		 * Ask the user something, and return what the client says.
		 */
		String elicited() throws InterruptedException {
			this.sent.tryEmitNext(new McpSchema.JSONRPCRequest(McpSchema.METHOD_ELICITATION_CREATE, "question", Map
				.of("message", "Which account?", "requestedSchema", Map.of("type", "object", "properties", Map.of()))));
			return String.valueOf(this.answers.poll(30, TimeUnit.SECONDS));
		}

		@Override
		public Mono<Void> connect(Function<Mono<McpSchema.JSONRPCMessage>, Mono<McpSchema.JSONRPCMessage>> handler) {
			this.sent.asFlux().concatMap((message) -> Mono.just(message).transform(handler)).subscribe();
			return Mono.empty();
		}

		@Override
		public Mono<Void> sendMessage(McpSchema.JSONRPCMessage message) {
			return Mono.fromRunnable(() -> {
				if (message instanceof McpSchema.JSONRPCResponse answer) {
					this.answers.add(answer);
				}
				if (message instanceof McpSchema.JSONRPCRequest request) {
					this.sent.tryEmitNext(
							McpSchema.JSONRPCResponse.result(request.id(), Map.of("protocolVersion", "2025-06-18",
									"capabilities", Map.of(), "serverInfo", Map.of("name", "bank", "version", "1"))));
				}
			});
		}

		@Override
		public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
			return McpJsonDefaults.getMapper().convertValue(data, type);
		}

		@Override
		public Mono<Void> closeGracefully() {
			return Mono.empty();
		}

	}

}
