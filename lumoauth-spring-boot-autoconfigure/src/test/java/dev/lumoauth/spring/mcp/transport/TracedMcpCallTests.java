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

package dev.lumoauth.spring.mcp.transport;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.lumoauth.spring.call.Conversation;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.TokenTarget;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That a call of an MCP server's tool, and the exchange of its token, belong to the trace
 * of the chat that makes the call, with a real tracer.
 */
class TracedMcpCallTests {

	private static final AttributeKey<String> AGENT = AttributeKey.stringKey("gen_ai.agent.id");

	private static final AttributeKey<String> TOOL = AttributeKey.stringKey("gen_ai.tool.name");

	private static final AttributeKey<String> CONVERSATION = AttributeKey.stringKey("gen_ai.conversation.id");

	private final Spans spans = new Spans();

	private final Tracer otel = SdkTracerProvider.builder()
		.addSpanProcessor(SimpleSpanProcessor.create(this.spans))
		.build()
		.get("test");

	private final OtelTracer tracer = new OtelTracer(this.otel, new OtelCurrentTraceContext(), (event) -> {
	});

	private final ObservationRegistry registry = registry();

	private ObservationRegistry registry() {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig()
			.observationHandler(new FirstMatchingCompositeObservationHandler(
					new PropagatingSenderTracingObservationHandler<>(this.tracer, new OtelPropagator(
							ContextPropagators.create(W3CTraceContextPropagator.getInstance()), this.otel)),
					new DefaultTracingObservationHandler(this.tracer)));
		return registry;
	}

	@ParameterizedTest
	@CsvSource({ "STREAMABLE, SYNC", "STREAMABLE, ASYNC", "SSE, SYNC" })
	void belongsToTheTraceOfTheCaller(String protocol, String type) {
		try (IssuingLumoAuth lumoAuth = new IssuingLumoAuth();
				ProtectedMcpServer server = new ProtectedMcpServer(lumoAuth, "urn:mcp:financial-data", protocol);
				ConfigurableApplicationContext client = client(lumoAuth, server, type)) {
			ToolCallback tool = client.getBean(ToolCallbackProvider.class).getToolCallbacks()[0];
			assertThat(tool.call("{}")).contains("called by agent");
			lumoAuth.revoked.add(client.getBean(LumoAuthTokens.class)
				.exchange(new TokenTarget(server.audience(), null, Set.of()))
				.getTokenValue());
			server.reset();
			this.spans.ended.clear();
			Observation chat = Observation.start("chat", this.registry);
			String trace = chat.scoped(() -> {
				assertThat(Conversation.call("chat-1", () -> tool.call("{}"))).contains("called by agent");
				return this.tracer.currentSpan().context().traceId();
			});
			chat.stop();
			assertThat(this.spans.ended).filteredOn((span) -> span.getTraceId().equals(trace))
				.extracting(SpanData::getName)
				.contains("http post", "token token_exchange", "guarded tool " + tool.getToolDefinition().name());
			assertThat(this.spans.ended).filteredOn((span) -> span.getName().startsWith("guarded tool"))
				.allSatisfy((span) -> {
					assertThat(span.getAttributes().get(AGENT)).isEqualTo("agt_test");
					assertThat(span.getAttributes().get(TOOL)).isEqualTo(tool.getToolDefinition().name());
					assertThat(span.getAttributes().get(CONVERSATION)).isEqualTo("chat-1");
				});
			assertThat(this.spans.ended).filteredOn((span) -> span.getName().startsWith("token"))
				.allSatisfy((span) -> assertThat(span.getAttributes().get(AGENT)).isEqualTo("agt_test"));
			assertThat(server.traces).anySatisfy((header) -> assertThat(header).startsWith("00-" + trace + "-"));
		}
	}

	private ConfigurableApplicationContext client(IssuingLumoAuth lumoAuth, ProtectedMcpServer server, String type) {
		return new SpringApplicationBuilder(Client.class).web(WebApplicationType.NONE)
			.initializers((context) -> context.getBeanFactory().registerSingleton("observations", this.registry))
			.run("--lumoauth.url=" + lumoAuth.url(), "--lumoauth.tenant=" + IssuingLumoAuth.TENANT,
					"--lumoauth.client-id=agt_test", "--lumoauth.client-secret=s3cret",
					"--spring.ai.openai.api-key=none", "--spring.ai.mcp.server.enabled=false",
					"--spring.main.banner-mode=off", "--logging.level.root=ERROR",
					"--spring.ai.mcp.client.type=" + type,
					"--spring.ai.mcp.client." + (server.protocol().equals("SSE") ? "sse" : "streamable-http")
							+ ".connections.financial.url=" + server.url(),
					"--lumoauth.mcp.connections.financial.audience=" + server.audience(),
					"--lumoauth.mcp.connections.financial.unlisted-tools=allow");
	}

	@Configuration(proxyBeanMethods = false)
	@GuardedMcpApplication
	static class Client {

	}

	private static final class Spans implements SpanExporter {

		private final List<SpanData> ended = new CopyOnWriteArrayList<>();

		@Override
		public CompletableResultCode export(Collection<SpanData> spans) {
			this.ended.addAll(spans);
			return CompletableResultCode.ofSuccess();
		}

		@Override
		public CompletableResultCode flush() {
			return CompletableResultCode.ofSuccess();
		}

		@Override
		public CompletableResultCode shutdown() {
			return CompletableResultCode.ofSuccess();
		}

	}

}
